using CrStream.Abstractions;

namespace CrStream.NamelessFiles;

/// <summary>What the image says of a deleted file, apart from its contents.</summary>
/// <param name="Path">The name that it had; for errors, and for people.</param>
/// <param name="Directory">Where it is made again: a directory of its file system.</param>
/// <param name="Attributes">Owner, permissions, size and time.</param>
/// <param name="Creator">
/// The flags of the open(2) that made it by O_TMPFILE, while that file description lives: it shows them, and the file may
/// get a name by linkat(2).
/// </param>
internal sealed record DeletedFileRecord(string Path, string Directory, FileAttributes Attributes, int? Creator)
{
    private const string Mark = " (deleted)";

    /// <summary>Whether /proc says that the name is gone.</summary>
    internal static bool IsMarked(string link) => link.StartsWith('/') && link.EndsWith(Mark, StringComparison.Ordinal);

    /// <summary>The name in front of the mark.</summary>
    internal static string PathOf(string link) => link[..^Mark.Length];

    internal Fields Write() => Attributes.AddTo(new() { ["path"] = Path, ["directory"] = Directory })
        .AddIfAny("creator", Creator);

    internal static DeletedFileRecord Read(Fields fields)
    {
        var directory = fields.Text("directory");
        return directory.StartsWith('/') && !directory.Contains('\0')
            ? new(fields.Text("path"), directory, FileAttributes.Read(fields), fields.Find("creator") is null ? null : fields.Int32("creator"))
            : throw new FieldException("directory", "is no absolute path");
    }
}
