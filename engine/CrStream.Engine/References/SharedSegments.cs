using System.Globalization;
using System.Text;
using CrStream.Linux.Proc;

namespace CrStream.Engine.References;

/// <summary>System V shared memory segments (shmat(2)), as mappings show them.</summary>
internal static class SharedSegments
{
    private const string Prefix = "/SYSV";
    private const string Table = "/proc/sysvipc/shm";

    /// <summary>Whether a mapping is one: its name is made of the key, its inode's number is the segment's id.</summary>
    public static bool Is(Mapping mapping) => mapping.Path?.Text is { } path && path.StartsWith(Prefix, StringComparison.Ordinal) && path.EndsWith(" (deleted)", StringComparison.Ordinal);

    /// <summary>How many mappings each segment of this process's IPC namespace has in all (nattch), by id.</summary>
    public static IReadOnlyDictionary<ulong, long> Attachments() => File.Exists(Table)
        ? ProcFs.Read(Table, text => Parse(Encoding.ASCII.GetString(text)))
        : new Dictionary<ulong, long>();

    /// <summary>Reads the table: key, shmid, perms, size, cpid, lpid, nattch and more, below a line of titles (proc_sysvipc(5)).</summary>
    internal static IReadOnlyDictionary<ulong, long> Parse(string table)
    {
        var attachments = new Dictionary<ulong, long>();
        foreach (var line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            attachments[ulong.Parse(fields[1], CultureInfo.InvariantCulture)] = long.Parse(fields[6], CultureInfo.InvariantCulture);
        }

        return attachments;
    }
}
