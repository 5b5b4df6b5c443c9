using System.Buffers.Binary;
using System.IO.Hashing;
using CrStream.Abstractions;
using K4os.Compression.LZ4;

namespace CrStream.Lz4;

/// <summary>
/// Writes one frame: header, blocks, end mark. A block is <c>size:u32 data checksum:u32</c>; the size's highest bit says
/// that the data is stored as it is, which is what happens to a block that would not get smaller.
/// </summary>
internal sealed class FrameWriter : IStageWork<Piece>
{
    /// <summary>
    /// A block's contents, in bytes. Blocks of 4 MiB compress neither better nor faster, as measured on heaps and
    /// programs, and hold four times the memory.
    /// </summary>
    private const int BlockSize = Block.UsualCapacity;

    /// <summary>The size field's bit for data that is not compressed.</summary>
    internal const uint Stored = 1u << 31;

    public IAsyncEnumerable<Piece> CutAsync(BlockReader input) => input.CutAsync(BlockSize);

    public Block Transform(Piece piece)
    {
        using var plain = piece.Block;
        var result = Block.Rent(FrameHeader.ShortLength + sizeof(uint) + plain.Length + sizeof(uint) + sizeof(uint));
        var target = result.Buffer.Span;
        var length = 0;
        if (piece.Index == 0)
        {
            FrameHeader.Write(target);
            length = FrameHeader.ShortLength;
        }

        if (plain.Length > 0) length += WriteBlock(plain.Bytes.Span, target[length..]);
        if (piece.IsLast)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target[length..], 0);
            length += sizeof(uint);
        }

        result.Length = length;
        return result;
    }

    private static int WriteBlock(ReadOnlySpan<byte> plain, Span<byte> target)
    {
        var data = target[sizeof(uint)..];
        var size = LZ4Codec.Encode(plain, data[..(plain.Length - 1)]);
        var isStored = size <= 0;
        if (isStored)
        {
            size = plain.Length;
            plain.CopyTo(data);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)size | (isStored ? Stored : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(data[size..], XxHash32.HashToUInt32(data[..size]));
        return sizeof(uint) + size + sizeof(uint);
    }
}
