using System.IO.Hashing;

namespace CrStream.Image;

/// <summary>
/// Hashes and counts the bytes of an image, and makes its terminator. It stands apart from <see cref="ImageWriter"/> so
/// that hashing runs on the finished blocks of the stream, while the next pages are read. One thread at a time.
/// </summary>
public sealed class ImageSeal
{
    private readonly XxHash128 hash = new();

    /// <summary>How many bytes have been appended.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>Takes the next bytes of the image, from its first byte on; each byte exactly once.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        hash.Append(bytes);
        Bytes += (ulong)bytes.Length;
    }

    /// <summary>The terminator's bytes, to be written behind all that was appended.</summary>
    /// <param name="objects">How many objects the image has, as <see cref="ImageWriter.Finish"/> says.</param>
    public byte[] MakeTerminator(ulong objects) => Summarize(objects).ToBytes();

    /// <summary>What the terminator must say at this point of the stream.</summary>
    internal Terminator Summarize(ulong objects) => new(objects, Bytes, hash.GetCurrentHashAsUInt128());
}
