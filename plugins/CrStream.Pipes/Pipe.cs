using CrStream.Abstractions;

namespace CrStream.Pipes;

/// <summary>A pipe as a node of the object graph, shared by its ends.</summary>
internal sealed class Pipe(ObjectType type, string link, FileStatus status, PipeContents contents) : KernelObject
{
    private bool hasPacketWriter;

    public override ObjectType Type => type;

    public override string Description => link;

    private bool Packets => contents.Kind == PipeContentKind.Packets || (contents.Kind == PipeContentKind.OneByte && hasPacketWriter);

    /// <summary>Tells of a file description that leads here.</summary>
    internal void AddEnd(int flags) => hasPacketWriter |= (flags & FileFlags.O_DIRECT) != 0 && FileFlags.CanWrite(flags);

    public override Fields Describe(IReferences references) =>
        new PipeRecord(link, contents.Capacity, contents.Length, Packets, status.Uid, status.Gid).Write();

    /// <summary>In whole pages, so that the new pipe fills its buffers and needs no more of them than the old one.</summary>
    public override async ValueTask WriteContentsAsync(IContentWriter writer, CancellationToken cancellation)
    {
        var length = writer.MaximumLength / Environment.SystemPageSize * Environment.SystemPageSize;
        var offset = 0;
        foreach (var piece in contents.Pieces)
        {
            for (var start = 0; start < piece.Length; start += length)
            {
                var part = piece.AsMemory(start, Math.Min(length, piece.Length - start));
                await writer.WriteDataAsync((ulong)(offset + start), part, cancellation);
            }

            offset += piece.Length;
        }
    }
}
