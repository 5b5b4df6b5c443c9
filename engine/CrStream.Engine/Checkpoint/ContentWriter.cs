using CrStream.Abstractions;
using CrStream.Image;

namespace CrStream.Engine.Checkpoint;

/// <summary>Writes the contents of one handler's object.</summary>
internal sealed class ContentWriter(ImageWriter image, ulong owner, Func<ValueTask> flush) : IContentWriter
{
    /// <inheritdoc/>
    public int MaximumLength => Block.UsualCapacity / 2;

    /// <inheritdoc/>
    public async ValueTask WriteDataAsync(ulong offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        image.WriteData(owner, offset, bytes.Span);
        await flush();
    }

    /// <inheritdoc/>
    public async ValueTask WritePagesAsync(ulong address, ReadOnlyMemory<byte> pages, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var batch = new PagesBatch(System.Environment.SystemPageSize, owner, address, (uint)(pages.Length / System.Environment.SystemPageSize));
        pages.Span.CopyTo(batch.Pages);
        image.Write(batch);
        await flush();
    }
}
