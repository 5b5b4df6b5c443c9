using CrStream.Abstractions;

namespace CrStream.RegularFiles;

/// <summary>Finds a name that a file has, if not the one by which it was opened: that may be gone, or lead elsewhere.</summary>
internal static class FileNames
{
    private const string Mark = " (deleted)";

    /// <summary>How many names of a directory are looked at: the tasks stand still meanwhile.</summary>
    private const int NamesAtMost = 4096;

    /// <summary>A name of the file, and what stands there; null where none was found.</summary>
    internal static (string Path, FileStatus Status)? Find(OpenFile file, IKernel kernel)
    {
        foreach (var path in Candidates(file.Link))
        {
            if (kernel.Status(path, followLinks: false) is { } named && named.Device == file.Status.Device && named.Inode == file.Status.Inode)
            {
                return (path, named);
            }
        }

        return null;
    }

    private static IEnumerable<string> Candidates(string link)
    {
        yield return link;
        if (!link.EndsWith(Mark, StringComparison.Ordinal))
        {
            yield break;
        }

        var name = link[..^Mark.Length];
        yield return name;
        var directory = Path.GetDirectoryName(name);
        if (Directory.Exists(directory))
        {
            foreach (var other in Directory.EnumerateFiles(directory).Take(NamesAtMost))
            {
                yield return other;
            }
        }
    }
}
