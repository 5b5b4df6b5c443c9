using CrStream.Abstractions;

namespace CrStream.FileStore;

/// <summary>
/// Images as files: a path, or <c>file:///path</c>. An image appears under its name only when it is complete, and takes
/// the place of a file that stands there. Devices and FIFOs are written as they are.
/// </summary>
public sealed class FileStore : IStore
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Schemes { get; } = ["file"];

    /// <inheritdoc/>
    public ValueTask<IImageSink> CreateAsync(string uri, ISettings settings, CancellationToken cancellation)
        => ValueTask.FromResult(FileErrors.Translate(uri, "write", () => Create(Destination.Parse(uri))));

    /// <inheritdoc/>
    public ValueTask<IImageSource> OpenAsync(string uri, ISettings settings, CancellationToken cancellation)
        => ValueTask.FromResult(FileErrors.Translate(uri, "read", () =>
        {
            var stream = new FileStream(Destination.Parse(uri), new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
            return (IImageSource)new StreamSource(stream, uri);
        }));

    private static IImageSink Create(string path)
    {
        if (Destination.OpenSpecial(path) is { } special) return new StreamSink(special, path);
        return new ReplacingSink(Destination.Resolve(path));
    }
}
