using CrStream.Abstractions;

namespace CrStream.Stages.Tests;

/// <summary>A stored image in memory that comes in pieces, and may fail or hang at its end.</summary>
internal sealed class MemorySource(byte[] bytes) : IImageSource
{
    private int position;

    public int LargestRead { get; init; } = 100_000;

    public bool HangsAtEnd { get; init; }

    public Exception? FailsAtEnd { get; init; }

    public async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellation)
    {
        var count = Math.Min(Math.Min(target.Length, LargestRead), bytes.Length - position);
        if (count == 0 && HangsAtEnd) await Task.Delay(Timeout.Infinite, cancellation);
        if (count == 0 && FailsAtEnd is { } failure) throw failure;
        bytes.AsMemory(position, count).CopyTo(target);
        position += count;
        return count;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
