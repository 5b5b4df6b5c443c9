using System.Globalization;
using CrStream.Abstractions;

namespace CrStream.EventFiles.Watching;

/// <summary>A line of the fdinfo of an inotify instance or a fanotify group: <c>inotify wd:1 ino:3c570 sdev:fe00000 ...</c> (fs/notify/fdinfo.c).</summary>
internal sealed class WatchLine
{
    private readonly string line;
    private readonly Dictionary<string, string> values;

    private WatchLine(string line)
    {
        this.line = line;
        values = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(part => part.Split(':')).Where(part => part.Length == 2).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
    }

    /// <summary>The lines that begin with a word.</summary>
    internal static IEnumerable<WatchLine> Of(string fdInfo, string word) =>
        fdInfo.Split('\n').Where(line => line.StartsWith(word + " ", StringComparison.Ordinal)).Select(line => new WatchLine(line));

    internal bool Has(string key) => values.ContainsKey(key);

    /// <summary>A number, which is hexadecimal in all of them.</summary>
    /// <exception cref="CheckpointException">It is missing, or none.</exception>
    internal ulong Number(string key) =>
        values.TryGetValue(key, out var text) && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : throw Unreadable(key);

    internal WatchedInode Inode()
    {
        try
        {
            var handle = Convert.FromHexString(values.GetValueOrDefault("f_handle", ""));
            return new(Number("sdev"), Number("ino"), (int)Number("fhandle-type"), handle);
        }
        catch (FormatException)
        {
            throw Unreadable("f_handle");
        }
    }

    internal CheckpointException Unreadable(string key) =>
        new($"the kernel's fdinfo has the line \"{line}\", in which {key} cannot be read", "this kernel is not known to crstream");
}
