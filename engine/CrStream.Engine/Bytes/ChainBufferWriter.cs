using CrStream.Abstractions;

namespace CrStream.Engine;

/// <summary>
/// Writes into pooled blocks and sends them down a chain.
/// </summary>
/// <remarks>
/// Writing never waits: a block that is full stands in a queue until <see cref="FlushAsync"/> sends it, and that is where
/// back-pressure is felt. So who writes flushes often; what stands in the queue is not bounded otherwise. Blocks are as
/// large as usual, or larger where more was asked for at once, and the next block begins where the room is too little,
/// so a block may be filled in part.
/// </remarks>
public sealed class ChainBufferWriter(ByteChain chain) : IBlockSink, IDisposable
{
    private readonly Queue<Block> full = new();
    private Block? current;

    /// <summary>How many bytes were written so far.</summary>
    public long WrittenBytes { get; private set; }

    /// <summary>Whether <see cref="FlushAsync"/> has something to send.</summary>
    public bool HasFullBlocks => full.Count > 0;

    private int Room => current is null ? 0 : current.Buffer.Length - current.Length;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Room);
        if (count == 0) return;
        current!.Length += count;
        WrittenBytes += count;
        if (current.Length >= Block.UsualCapacity) FinishBlock();
    }

    /// <inheritdoc/>
    public void Append(Block block)
    {
        FinishBlock();
        WrittenBytes += block.Length;
        if (block.Length > 0) full.Enqueue(block);
        else block.Dispose();
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        if (Room < Math.Max(sizeHint, 1))
        {
            FinishBlock();
            current = Block.Rent(Math.Max(sizeHint, Block.UsualCapacity));
        }

        return current!.Buffer[current.Length..];
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Sends the full blocks; waits while the chain is full. The block that is being filled stays.</summary>
    /// <exception cref="Exception">What the chain failed with.</exception>
    public async ValueTask FlushAsync()
    {
        while (full.TryDequeue(out var block)) await chain.SendAsync(block);
    }

    /// <summary>Sends all blocks, also the one that is being filled.</summary>
    /// <exception cref="Exception">What the chain failed with.</exception>
    public ValueTask FlushAllAsync()
    {
        FinishBlock();
        return FlushAsync();
    }

    /// <summary>Gives back what was not sent.</summary>
    public void Dispose()
    {
        current?.Dispose();
        current = null;
        while (full.TryDequeue(out var block)) block.Dispose();
    }

    private void FinishBlock()
    {
        if (current is { Length: > 0 } block) full.Enqueue(block);
        else current?.Dispose();
        current = null;
    }
}
