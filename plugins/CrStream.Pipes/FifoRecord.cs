using CrStream.Abstractions;

namespace CrStream.Pipes;

/// <summary>What the image says of a FIFO, apart from its contents.</summary>
/// <param name="Path">Its absolute path, or the one that it had.</param>
/// <param name="Deleted">It has no name any more, and is made anew.</param>
/// <param name="Mode">The permission bits.</param>
/// <param name="Uid">The owner.</param>
/// <param name="Gid">The owning group.</param>
/// <param name="Unwritten">Its readers wait for their first writer: a poll(2) tells them no end.</param>
/// <param name="Load">What stands in it.</param>
internal sealed record FifoRecord(string Path, bool Deleted, uint Mode, uint Uid, uint Gid, bool Unwritten, PipeLoad Load)
{
    private const string Mark = " (deleted)";

    /// <summary>The name behind a link of /proc, without the mark that it is gone.</summary>
    internal static string PathOf(OpenFile file) =>
        file.Status.Links == 0 && file.Link.EndsWith(Mark, StringComparison.Ordinal) ? file.Link[..^Mark.Length] : file.Link;

    internal Fields Write() => Load.AddTo(new() { ["path"] = Path, ["mode"] = Mode, ["uid"] = Uid, ["gid"] = Gid })
        .AddIfAny("deleted", Deleted ? true : null)
        .AddIfAny("unwritten", Unwritten ? true : null);

    internal static FifoRecord Read(Fields fields)
    {
        var path = fields.Text("path");
        return path.StartsWith('/') && !path.Contains('\0')
            ? new(path, fields.Boolean("deleted"), fields.UInt32("mode") & 0xFFF, fields.UInt32("uid"), fields.UInt32("gid"), fields.Boolean("unwritten"), PipeLoad.Read(fields))
            : throw new FieldException("path", "is no absolute path");
    }
}
