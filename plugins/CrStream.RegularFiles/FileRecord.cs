using CrStream.Abstractions;

namespace CrStream.RegularFiles;

/// <summary>What the image says of a file.</summary>
/// <param name="Path">Its absolute path in the checkpointing command's mount namespace.</param>
/// <param name="Kind">Its type.</param>
/// <param name="Device">The device's number, to tell a replaced file from a changed one; not compared.</param>
/// <param name="Inode">The inode's number, likewise.</param>
/// <param name="Mode">Type and permission bits; for readers of the image, not compared.</param>
/// <param name="Size">In bytes.</param>
/// <param name="ModifiedNanoseconds">The last change of the contents, in nanoseconds since 1970.</param>
/// <param name="Appended">Somebody has it open for appending, so it may have grown.</param>
/// <param name="Generated">The kernel makes up the contents, so that size and times mean nothing.</param>
/// <param name="Handle">How it is found where no name is known; null where <paramref name="Path"/> leads to it.</param>
internal sealed record FileRecord(
    string Path, FileKind Kind, ulong Device, ulong Inode, uint Mode, long Size, long ModifiedNanoseconds, bool Appended, bool Generated,
    FileHandle? Handle = null)
{
    internal Fields Write()
    {
        var fields = new Fields
        {
            ["path"] = Path,
            ["kind"] = Kind.ToField(),
            ["device"] = Device,
            ["inode"] = Inode,
            ["mode"] = Mode,
            ["size"] = Size,
            ["mtime"] = ModifiedNanoseconds,
        };
        return fields
            .AddIfAny("appended", Appended ? true : null)
            .AddIfAny("generated", Generated ? true : null)
            .AddIfAny("handle", Handle is null ? null : (Value)Handle.Write());
    }

    internal static FileRecord Read(Fields fields)
    {
        var path = fields.Text("path");
        if (!path.StartsWith('/') || path.Contains('\0'))
        {
            throw new FieldException("path", "is no absolute path");
        }

        return new(
            path, FileKinds.FromField(fields, "kind"), fields.UInt64("device"), fields.UInt64("inode"), fields.UInt32("mode"),
            fields.Int64("size"), fields.Int64("mtime"), fields.Boolean("appended"), fields.Boolean("generated"),
            fields.Find("handle") is null ? null : FileHandle.Read(fields.Map("handle")));
    }
}
