using CrStream.Abstractions;

namespace CrStream.Pipes;

/// <summary>A pipe or FIFO as a node of the object graph, shared by its ends.</summary>
internal abstract class PipeNode(IKernel kernel) : KernelObject
{
    // What a pipe holds that nobody has open: the kernel has none, and makes one anew.
    private static readonly PipeContents Unopened = new(16 * Environment.SystemPageSize, PipeContentKind.Stream, []);

    private PipeContents? contents;
    private bool hasPacketWriter;

    protected IKernel Kernel => kernel;

    protected PipeLoad Load => new(
        (contents ?? Unopened).Capacity, (contents ?? Unopened).Length,
        contents is not null && (contents.Kind == PipeContentKind.Packets || (contents.Kind == PipeContentKind.OneByte && hasPacketWriter)));

    /// <summary>Tells of a file description that leads here. One opened with O_PATH is no end.</summary>
    internal virtual void AddEnd(OpenFile file)
    {
        if ((file.Flags & FileFlags.O_PATH) == 0)
        {
            contents ??= PipeReading.Read(file, kernel);
            hasPacketWriter |= (file.Flags & FileFlags.O_DIRECT) != 0 && FileFlags.CanWrite(file.Flags);
        }
    }

    /// <summary>In whole pages, so that the new pipe fills its buffers and needs no more of them than the old one.</summary>
    public override async ValueTask WriteContentsAsync(IContentWriter writer, CancellationToken cancellation)
    {
        var length = writer.MaximumLength / Environment.SystemPageSize * Environment.SystemPageSize;
        var offset = 0;
        foreach (var piece in (contents ?? Unopened).Pieces)
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
