namespace CrStream.Abstractions;

/// <summary>Writes the bulk contents of one object: the <c>data</c> and <c>pages</c> objects behind it.</summary>
public interface IContentWriter
{
    /// <summary>The largest number of bytes that one call takes.</summary>
    int MaximumLength { get; }

    /// <summary>Writes bytes of the object's contents, from an offset of the handler's own meaning.</summary>
    ValueTask WriteDataAsync(ulong offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>Writes whole pages of the object's contents.</summary>
    /// <param name="address">Where the first page belongs, in bytes, a multiple of the page size.</param>
    /// <param name="pages">A multiple of the page size.</param>
    /// <param name="cancellation">Ends the wait for a slow store.</param>
    ValueTask WritePagesAsync(ulong address, ReadOnlyMemory<byte> pages, CancellationToken cancellation);
}
