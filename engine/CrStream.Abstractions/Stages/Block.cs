using System.Buffers;

namespace CrStream.Abstractions;

/// <summary>
/// The message of the byte graph: a pooled buffer, of which the first <see cref="Length"/> bytes are filled. It has one
/// owner at a time. Whoever posts it gives it away and must not touch it again; whoever receives it disposes of it or
/// passes it on.
/// </summary>
public sealed class Block : IDisposable
{
    /// <summary>What producers fill a block up to, in bytes: large enough to amortize a message, small enough for the cache.</summary>
    public const int UsualCapacity = 1 << 20;

    private byte[]? array;

    private Block(byte[] array) => this.array = array;

    /// <summary>How many bytes are filled.</summary>
    public int Length { get; set; }

    /// <summary>The whole buffer, to be filled from its start; at least as long as was asked for.</summary>
    public Memory<byte> Buffer => Array;

    /// <summary>The bytes that are filled.</summary>
    public ReadOnlyMemory<byte> Bytes => Array.AsMemory(0, Length);

    /// <summary>The array itself, for calls that take no span.</summary>
    public byte[] Array => array ?? throw new ObjectDisposedException(nameof(Block));

    /// <summary>An empty block from the pool.</summary>
    /// <param name="capacity">The least number of bytes that it must hold.</param>
    public static Block Rent(int capacity = UsualCapacity) => new(ArrayPool<byte>.Shared.Rent(capacity));

    /// <summary>A block with a copy of some bytes.</summary>
    public static Block Copy(ReadOnlySpan<byte> bytes)
    {
        var block = Rent(bytes.Length);
        bytes.CopyTo(block.Array);
        block.Length = bytes.Length;
        return block;
    }

    /// <summary>Gives the buffer back to the pool. A second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref array, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
