using System.Buffers.Binary;
using System.IO.Hashing;
using CrStream.Abstractions;

namespace CrStream.Lz4;

/// <summary>
/// What an LZ4 frame begins with:
/// <c>magic:u32 FLG:u8 BD:u8 [content size:u64] [dictionary id:u32] HC:u8</c>, where HC is the second byte of the XXH32
/// of everything between the magic and itself.
/// </summary>
internal sealed record FrameHeader(int MaxBlockSize, bool HasBlockChecksums, long? ContentSize, bool HasContentChecksum)
{
    /// <summary>The length of a header without the optional fields.</summary>
    public const int ShortLength = 7;

    private const int FlagsOffset = 4;
    private const byte Version = 0b01 << 6;
    private const byte VersionMask = 0b11 << 6;
    private const byte BlocksAreIndependent = 1 << 5;
    private const byte BlockChecksums = 1 << 4;
    private const byte HasSize = 1 << 3;
    private const byte ContentChecksum = 1 << 2;
    private const byte ReservedFlag = 1 << 1;
    private const byte HasDictionary = 1 << 0;

    public static ReadOnlySpan<byte> Magic => [0x04, 0x22, 0x4D, 0x18];

    /// <summary>Writes the header of a frame with independent, checked blocks of at most 1 MiB.</summary>
    public static void Write(Span<byte> target)
    {
        const byte oneMebibyte = 6;
        Magic.CopyTo(target);
        target[FlagsOffset] = Version | BlocksAreIndependent | BlockChecksums;
        target[FlagsOffset + 1] = oneMebibyte << 4;
        target[FlagsOffset + 2] = Checksum(target[FlagsOffset..(FlagsOffset + 2)]);
    }

    /// <summary>Reads a header of any length.</summary>
    /// <exception cref="ImageException">It is cut off or damaged, or needs what this reader does not have.</exception>
    public static async ValueTask<FrameHeader> ReadAsync(BlockReader input)
    {
        var bytes = new byte[FlagsOffset + 2 + sizeof(ulong) + 1];
        await input.ReadWholeAsync(bytes.AsMemory(0, FlagsOffset + 2), "the frame's header");
        if (!bytes.AsSpan(0, FlagsOffset).SequenceEqual(Magic)) throw Refusal(0, "not an LZ4 frame");
        var flags = bytes[FlagsOffset];
        var sizeCode = bytes[FlagsOffset + 1] >> 4;
        if ((flags & VersionMask) != Version) throw Refusal(FlagsOffset, $"frame version {flags >> 6} is not known, only 1 is");
        if ((flags & ReservedFlag) != 0 || (bytes[FlagsOffset + 1] & 0x8F) != 0) throw Refusal(FlagsOffset, "a reserved bit is set");
        if ((flags & BlocksAreIndependent) == 0)
            throw Refusal(FlagsOffset, "the blocks are linked, which cannot be read in parallel", "compress it again with independent blocks: lz4 -BI");
        if ((flags & HasDictionary) != 0) throw Refusal(FlagsOffset, "the frame needs a dictionary", "compress it again without one");
        if (sizeCode is < 4 or > 7) throw Refusal(FlagsOffset + 1, $"block size code {sizeCode} is not one of 4 to 7");

        var length = FlagsOffset + 2 + ((flags & HasSize) != 0 ? sizeof(ulong) : 0);
        await input.ReadWholeAsync(bytes.AsMemory(FlagsOffset + 2, length + 1 - FlagsOffset - 2), "the frame's header");
        if (Checksum(bytes.AsSpan(FlagsOffset, length - FlagsOffset)) != bytes[length]) throw Refusal(length, "the header's checksum does not match");
        long? contentSize = (flags & HasSize) != 0 ? BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(FlagsOffset + 2)) : null;
        return new FrameHeader(1 << (8 + (2 * sizeCode)), (flags & BlockChecksums) != 0, contentSize, (flags & ContentChecksum) != 0);
    }

    private static byte Checksum(ReadOnlySpan<byte> descriptor) => (byte)(XxHash32.HashToUInt32(descriptor) >> 8);

    private static ImageException Refusal(long offset, string message, string? hint = null)
        => new(offset, message, Lz4Stage.LayerName, hint: hint);
}
