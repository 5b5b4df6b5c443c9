using System.Threading.Tasks.Dataflow;

namespace CrStream.Abstractions;

/// <summary>
/// Reads a sequence of blocks of any length as one stream of bytes. It disposes of each block that it has used up; what
/// it hands out whole belongs to the caller. For one reader at a time.
/// </summary>
/// <remarks>All methods throw what the source failed with.</remarks>
public sealed class BlockReader(IReceivableSourceBlock<Block> source) : IDisposable
{
    private Block? current;
    private int position;

    /// <summary>How many bytes were taken so far.</summary>
    public long Offset { get; private set; }

    private int Unread => current is null ? 0 : current.Length - position;

    /// <summary>Whether no byte is left. Waits until that is known.</summary>
    public async ValueTask<bool> IsAtEndAsync() => !await FillAsync();

    /// <summary>Fills some of a buffer, without waiting for more than the next byte; 0 at the end.</summary>
    public async ValueTask<int> ReadSomeAsync(Memory<byte> buffer)
    {
        if (buffer.IsEmpty || !await FillAsync()) return 0;
        var count = Math.Min(buffer.Length, Unread);
        current!.Bytes.Slice(position, count).CopyTo(buffer);
        Skip(count);
        return count;
    }

    /// <summary>Fills a buffer: its length, or less at the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        var count = 0;
        while (count < buffer.Length && await ReadSomeAsync(buffer[count..]) is > 0 and var some)
        {
            count += some;
        }

        return count;
    }

    /// <summary>Takes so many bytes, or fewer at the end, as a block. A block that fits is handed on without a copy.</summary>
    public async ValueTask<Block> TakeAsync(int count)
    {
        if (await FillAsync() && position == 0 && Unread == count)
        {
            var whole = current!;
            current = null;
            Offset += count;
            return whole;
        }

        var block = Block.Rent(count);
        try
        {
            block.Length = await ReadAsync(block.Buffer[..count]);
            return block;
        }
        catch
        {
            block.Dispose();
            throw;
        }
    }

    /// <summary>Looks at the next bytes without taking them: so many, or fewer at the end. Valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count)
    {
        while (Unread < count && await source.OutputAvailableAsync() && source.TryReceive(out var next))
        {
            Append(next);
        }

        if (Unread < count) await source.Completion;
        return current is null ? default : current.Bytes.Slice(position, Math.Min(count, Unread));
    }

    /// <summary>Cuts what is left into pieces of one size.</summary>
    public async IAsyncEnumerable<Piece> CutAsync(int size)
    {
        var last = false;
        for (long index = 0; !last; index++)
        {
            var block = await TakeAsync(size);
            last = await IsAtEndAsync();
            yield return new Piece(block, index, last);
        }
    }

    /// <summary>Sends what is left to a target, with its completion, and ends the reader's own work.</summary>
    public async Task ForwardAsync(ITargetBlock<Block> target)
    {
        if (current is { } rest)
        {
            (current, position) = (null, position == 0 ? 0 : throw new InvalidOperationException("a block is taken in part"));
            if (!await target.SendAsync(rest)) rest.Dispose();
        }

        StageGraph.Link(source, target);
    }

    /// <summary>Gives back the block that it holds.</summary>
    public void Dispose() => current?.Dispose();

    private async ValueTask<bool> FillAsync()
    {
        while (Unread == 0)
        {
            current?.Dispose();
            (current, position) = (null, 0);
            if (source.TryReceive(out current)) continue;
            if (!await source.OutputAvailableAsync())
            {
                await source.Completion;
                return false;
            }
        }

        return true;
    }

    private void Append(Block next)
    {
        if (Unread == 0)
        {
            current?.Dispose();
            (current, position) = (next, 0);
            return;
        }

        using var first = current!;
        using var second = next;
        var joined = Block.Rent(Unread + next.Length);
        first.Bytes[position..].CopyTo(joined.Buffer);
        next.Bytes.CopyTo(joined.Buffer[Unread..]);
        joined.Length = Unread + next.Length;
        (current, position) = (joined, 0);
    }

    private void Skip(int count)
    {
        position += count;
        Offset += count;
    }
}
