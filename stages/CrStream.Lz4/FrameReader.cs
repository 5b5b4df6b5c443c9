using System.Buffers.Binary;
using System.IO.Hashing;
using CrStream.Abstractions;
using K4os.Compression.LZ4;

namespace CrStream.Lz4;

/// <summary>
/// Reads one frame. The cut follows the block sizes; the blocks are checked and expanded in parallel; then, in order,
/// the whole contents are held against the size and the checksum that the frame may carry.
/// </summary>
internal sealed class FrameReader : IStageWork<FrameReader.Part>
{
    /// <summary>Stands for the end of the frame on the way from the cut to the last check.</summary>
    private readonly Block end = Block.Rent(0);
    private readonly XxHash32 contentHash = new();
    private FrameHeader? header;
    private uint? contentChecksum;
    private long endOffset;
    private long contentSize;

    public async IAsyncEnumerable<Part> CutAsync(BlockReader input)
    {
        header = await FrameHeader.ReadAsync(input);
        var word = new byte[sizeof(uint)];
        while (true)
        {
            var offset = input.Offset;
            await input.ReadWholeAsync(word, "a block's size");
            var field = BinaryPrimitives.ReadUInt32LittleEndian(word);
            if (field == 0) break;
            var size = (int)(field & ~FrameWriter.Stored);
            if (size > header.MaxBlockSize) throw Refusal(offset, $"a block of {size} bytes is over the frame's limit of {header.MaxBlockSize}");
            var taken = size + (header.HasBlockChecksums ? sizeof(uint) : 0);
            var part = new Part(await input.TakeAsync(taken), size, offset, (field & FrameWriter.Stored) != 0);
            if (part.Data.Length < taken)
            {
                part.Dispose();
                throw Refusal(input.Offset, "the stream is cut off in a block");
            }

            yield return part;
        }

        if (header.HasContentChecksum)
        {
            await input.ReadWholeAsync(word, "the content checksum");
            contentChecksum = BinaryPrimitives.ReadUInt32LittleEndian(word);
        }

        endOffset = input.Offset;
        if (!await input.IsAtEndAsync()) throw Refusal(endOffset, "there are bytes behind the frame's end");
        yield return new Part(end, 0, endOffset, false);
    }

    public Block Transform(Part part)
    {
        if (part.Data == end) return end;
        using var data = part.Data;
        var bytes = data.Bytes.Span[..part.Size];
        if (header!.HasBlockChecksums && BinaryPrimitives.ReadUInt32LittleEndian(data.Bytes.Span[part.Size..]) != XxHash32.HashToUInt32(bytes))
            throw Refusal(part.Offset, "the block's checksum does not match");
        if (part.IsStored) return Block.Copy(bytes);

        var plain = Block.Rent(header.MaxBlockSize);
        plain.Length = LZ4Codec.Decode(bytes, plain.Buffer.Span[..header.MaxBlockSize]);
        if (plain.Length >= 0) return plain;
        plain.Dispose();
        throw Refusal(part.Offset, "the block is not well-formed");
    }

    /// <summary>Sees the contents in order, and at their end says whether they are what the frame promised.</summary>
    public Block Check(Block plain)
    {
        if (plain == end)
        {
            if (header!.ContentSize is { } size && size != contentSize)
                throw Refusal(endOffset, $"the contents have {contentSize} bytes, the header says {size}");
            if (contentChecksum is { } checksum && checksum != contentHash.GetCurrentHashAsUInt32())
                throw Refusal(endOffset, "the content checksum does not match");
            return plain;
        }

        contentSize += plain.Length;
        if (header!.HasContentChecksum) contentHash.Append(plain.Bytes.Span);
        return plain;
    }

    private static ImageException Refusal(long offset, string message) => new(offset, message, Lz4Stage.LayerName);

    /// <summary>A block of the frame: its data, and behind that the checksum where the frame has them.</summary>
    internal readonly record struct Part(Block Data, int Size, long Offset, bool IsStored) : IDisposable
    {
        public void Dispose() => Data.Dispose();
    }
}
