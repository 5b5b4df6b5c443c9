using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.FileStore;

/// <summary>The standard output and the standard input, as <c>-</c>.</summary>
public sealed class StandardStreamStore : IStore
{
    private const int Input = 0;
    private const int Output = 1;

    /// <inheritdoc/>
    public IReadOnlyList<string> Schemes { get; } = ["stdio"];

    /// <inheritdoc/>
    public ValueTask<IImageSink> CreateAsync(string uri, ISettings settings, CancellationToken cancellation)
        => ValueTask.FromResult(FileErrors.Translate("standard output", "write", () => (IImageSink)new StreamSink(Open(Output, FileAccess.Write), "standard output")));

    /// <inheritdoc/>
    public ValueTask<IImageSource> OpenAsync(string uri, ISettings settings, CancellationToken cancellation)
        => ValueTask.FromResult(FileErrors.Translate("standard input", "read", () => (IImageSource)new StreamSource(Open(Input, FileAccess.Read), "standard input")));

    /// <summary>Not the console's stream, which takes a broken pipe for a success.</summary>
    private static FileStream Open(int descriptor, FileAccess access) => new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);
}
