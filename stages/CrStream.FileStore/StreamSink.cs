using CrStream.Abstractions;

namespace CrStream.FileStore;

/// <summary>An image that is written to something that cannot be replaced: what is written is visible at once.</summary>
internal sealed class StreamSink(FileStream stream, string name) : IImageSink
{
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
        => await FileErrors.TranslateAsync(name, "write", async () =>
        {
            await stream.WriteAsync(bytes, cancellation);
            return bytes.Length;
        });

    /// <summary>
    /// The standard output may be a file, which is then made durable; pipes and devices have nothing to flush. Asking for
    /// the handle also moves the file's own offset to the end, so that what others write there next comes behind.
    /// </summary>
    public ValueTask CommitAsync(CancellationToken cancellation) => FileErrors.TranslateAsync(name, "write", () => RandomAccess.FlushToDisk(stream.SafeFileHandle));

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
