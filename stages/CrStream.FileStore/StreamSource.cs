using CrStream.Abstractions;

namespace CrStream.FileStore;

/// <summary>An image that is read from a stream, which it owns.</summary>
internal sealed class StreamSource(FileStream stream, string name) : IImageSource
{
    public ValueTask<int> ReadAsync(Memory<byte> bytes, CancellationToken cancellation)
        => FileErrors.TranslateAsync(name, "read", () => stream.ReadAsync(bytes, cancellation));

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
