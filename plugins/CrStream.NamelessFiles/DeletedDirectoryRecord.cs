using CrStream.Abstractions;

namespace CrStream.NamelessFiles;

/// <summary>What the image says of a deleted directory.</summary>
/// <param name="Path">The name that it had.</param>
/// <param name="Directory">Where it is made again: a directory of its file system.</param>
/// <param name="Attributes">Owner, permissions and time. A directory's size is its file system's business.</param>
internal sealed record DeletedDirectoryRecord(string Path, string Directory, FileAttributes Attributes)
{
    /// <summary>The name under which it is made for a moment: its own, where that is in a directory that is still there.</summary>
    internal string PreferredName => System.IO.Path.GetDirectoryName(Path) == Directory ? Path : System.IO.Path.Combine(Directory, System.IO.Path.GetFileName(Path));

    internal Fields Write() => Attributes.AddTo(new() { ["path"] = Path, ["directory"] = Directory });

    internal static DeletedDirectoryRecord Read(Fields fields)
    {
        var (path, directory) = (fields.Text("path"), fields.Text("directory"));
        return !IsAbsolute(path) ? throw new FieldException("path", "is no absolute path")
            : !IsAbsolute(directory) ? throw new FieldException("directory", "is no absolute path")
            : new(path, directory, FileAttributes.Read(fields));
    }

    private static bool IsAbsolute(string path) => path.StartsWith('/') && !path.Contains('\0');
}
