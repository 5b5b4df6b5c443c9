using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>Reads an image from its first byte to its last and keeps nothing but the counts.</summary>
public static class ImageVerifier
{
    /// <summary>Verifies an image.</summary>
    /// <param name="source">The image, without any layer around it.</param>
    /// <param name="progress">Is told how many bytes have been read, after each object; or null.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ImageException">The image is not well-formed or does not match its terminator.</exception>
    public static async ValueTask<ImageSummary> VerifyAsync(Stream source, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        using var reader = new ImageReader(source);
        var header = await reader.ReadHeaderAsync(cancellation).ConfigureAwait(false);
        var types = new SortedDictionary<uint, TypeSummary>();
        var pages = 0UL;
        var data = 0UL;
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false) is { } found)
        {
            var before = types.GetValueOrDefault(found.TypeNumber) ?? new(found.TypeNumber, found.Type, 0, 0);
            types[found.TypeNumber] = before with { Objects = before.Objects + 1, Bytes = before.Bytes + (ulong)found.Length };
            pages += found is PagesObject run ? run.Count : 0;
            data += found is DataObject contents ? (ulong)contents.Bytes.Length : 0;
            progress?.Report(reader.Position);
        }

        return new(header, [.. types.Values], reader.Objects, (ulong)reader.Position, pages, data);
    }
}
