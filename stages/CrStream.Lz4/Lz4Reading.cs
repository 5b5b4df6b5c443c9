using CrStream.Abstractions;

namespace CrStream.Lz4;

/// <summary>Reading with the error that a cut-off frame gives.</summary>
internal static class Lz4Reading
{
    /// <summary>Fills a buffer.</summary>
    /// <exception cref="ImageException">The stream ends before.</exception>
    public static async ValueTask ReadWholeAsync(this BlockReader input, Memory<byte> buffer, string what)
    {
        if (await input.ReadAsync(buffer) < buffer.Length)
            throw new ImageException(input.Offset, $"the stream is cut off in {what}", Lz4Stage.LayerName);
    }
}
