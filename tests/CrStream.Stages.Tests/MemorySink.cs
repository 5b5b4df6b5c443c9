using CrStream.Abstractions;

namespace CrStream.Stages.Tests;

/// <summary>A store in memory that can be slow, or fail, from a certain byte on.</summary>
internal sealed class MemorySink : IImageSink
{
    private readonly MemoryStream stream = new();

    public byte[] Bytes => stream.ToArray();

    public long FailsAfter { get; init; } = long.MaxValue;

    public long HangsAfter { get; init; } = long.MaxValue;

    public TimeSpan Delay { get; init; }

    public bool IsWriting { get; private set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        IsWriting = true;
        try
        {
            if (stream.Length >= FailsAfter) throw new StoreException("the disk is full");
            if (stream.Length >= HangsAfter) await Task.Delay(Timeout.Infinite, cancellation);
            if (Delay > TimeSpan.Zero) await Task.Delay(Delay, cancellation);
            await stream.WriteAsync(bytes, cancellation);
        }
        finally
        {
            IsWriting = false;
        }
    }

    public ValueTask CommitAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
