namespace CrStream.Abstractions;

/// <summary>A place for images, chosen by the scheme of the URI that the user gives.</summary>
public interface IStore
{
    /// <summary>The schemes that lead to it, such as <c>file</c>. A path without a scheme is <c>file</c>, and "-" is <c>stdio</c>.</summary>
    IReadOnlyList<string> Schemes { get; }

    /// <summary>Prepares to write an image. Nothing is visible at the destination before <see cref="IImageSink.CommitAsync"/>.</summary>
    /// <exception cref="StoreException">The destination cannot be written.</exception>
    ValueTask<IImageSink> CreateAsync(string uri, ISettings settings, CancellationToken cancellation);

    /// <summary>Opens an image for reading from its start.</summary>
    /// <exception cref="StoreException">There is no such image, or it cannot be read.</exception>
    ValueTask<IImageSource> OpenAsync(string uri, ISettings settings, CancellationToken cancellation);
}

/// <summary>An image on its way into a store. Disposing of it without a commit leaves nothing behind.</summary>
public interface IImageSink : IAsyncDisposable
{
    /// <summary>Appends bytes. One call at a time.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>Makes the image durable and visible under its final name.</summary>
    ValueTask CommitAsync(CancellationToken cancellation);
}

/// <summary>An image that comes out of a store, front to back.</summary>
public interface IImageSource : IAsyncDisposable
{
    /// <summary>Fills some of a buffer; 0 at the end.</summary>
    ValueTask<int> ReadAsync(Memory<byte> bytes, CancellationToken cancellation);
}
