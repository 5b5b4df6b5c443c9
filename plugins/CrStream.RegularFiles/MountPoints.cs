using CrStream.Abstractions;

namespace CrStream.RegularFiles;

/// <summary>Where file systems are mounted.</summary>
internal static class MountPoints
{
    /// <summary>A directory of the file system on which a file lies: one above its last name, or a mount's root. Null where there is none.</summary>
    internal static string? Of(OpenFile file, IKernel kernel) =>
        Above(file.Link).Concat(InText(File.ReadLines("/proc/self/mountinfo")))
            .FirstOrDefault(directory => kernel.Status(directory) is { IsDirectory: true } found && found.Device == file.Status.Device);

    /// <summary>The mount points in the text of mountinfo, whose fifth word each is; see proc_pid_mountinfo(5). Those with odd characters are left out.</summary>
    internal static IEnumerable<string> InText(IEnumerable<string> lines) =>
        lines.Select(line => line.Split(' ')).Where(words => words.Length > 5).Select(words => words[4]).Where(path => !path.Contains('\\'));

    private static IEnumerable<string> Above(string path)
    {
        while (Path.GetDirectoryName(path) is { } above)
        {
            yield return path = above;
        }
    }
}
