using System.Threading.Tasks.Dataflow;
using CrStream.Abstractions;
using CrStream.Engine;

namespace CrStream.Stages.Tests;

/// <summary>Runs bytes through stages in memory, by the product's own chain and stream.</summary>
internal static class StageRun
{
    /// <summary>No test takes this long unless something hangs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<byte[]> WrapAsync(byte[] bytes, StageSettings settings, params IStage[] stages)
    {
        var sink = new MemorySink();
        await using var chain = new ByteChain(stages, settings, sink, CancellationToken.None);
        using var writer = new ChainBufferWriter(chain);
        var random = new Random(bytes.Length);
        for (var done = 0; done < bytes.Length;)
        {
            var count = Math.Min(random.Next(1, 300_000), bytes.Length - done);
            bytes.AsSpan(done, count).CopyTo(writer.GetSpan(count));
            writer.Advance(count);
            await writer.FlushAsync();
            done += count;
        }

        await writer.FlushAllAsync();
        await chain.CompleteAsync().WaitAsync(Limit);
        Assert.Equal(chain.StoredBytes, sink.Bytes.Length);
        return sink.Bytes;
    }

    /// <summary>Unwraps one layer, whatever is in it.</summary>
    public static async Task<byte[]> UnwrapAsync(byte[] bytes, StageSettings settings, IStage stage, int blockSize = 70_000)
    {
        var sink = new MemorySink();
        await using var chain = new ByteChain([new Reversed(stage)], settings, sink, CancellationToken.None);
        foreach (var part in bytes.Chunk(blockSize)) await chain.SendAsync(Block.Copy(part)).AsTask().WaitAsync(Limit);
        await chain.CompleteAsync().WaitAsync(Limit);
        return sink.Bytes;
    }

    public static async Task<byte[]> PeelAsync(byte[] bytes, StageSettings settings, params IStage[] stages)
    {
        await using var source = new MemorySource(bytes);
        await using var stream = await PeeledStream.OpenAsync(source, stages, settings, CancellationToken.None).AsTask().WaitAsync(Limit);
        var result = new MemoryStream();
        await stream.CopyToAsync(result).WaitAsync(Limit);
        return result.ToArray();
    }

    /// <summary>Bytes as memory has them: text, numbers, zeros and noise.</summary>
    public static byte[] SomeBytes(int length, int seed = 1)
    {
        var random = new Random(seed);
        var bytes = new byte[length];
        for (var i = 0; i < length;)
        {
            var run = bytes.AsSpan(i, Math.Min(random.Next(1, 5000), length - i));
            switch (random.Next(3))
            {
                case 0: random.NextBytes(run); break;
                case 1: for (var k = 0; k < run.Length; k++) run[k] = (byte)(k % 37); break;
                default: break;
            }

            i += run.Length;
        }

        return bytes;
    }

    /// <summary>An image as far as the layers care: its magic, and then anything.</summary>
    public static byte[] SomeImage(int length)
    {
        var bytes = SomeBytes(length);
        "LinuxC/R"u8.CopyTo(bytes);
        return bytes;
    }

    /// <summary>A stage that unwraps where others wrap.</summary>
    private sealed class Reversed(IStage stage) : IStage
    {
        public string Name => stage.Name;

        public ReadOnlyMemory<byte> Magic => stage.Magic;

        public IPropagatorBlock<Block, Block> CreateWriter(StageSettings settings) => stage.CreateReader(settings);

        public IPropagatorBlock<Block, Block> CreateReader(StageSettings settings) => stage.CreateWriter(settings);
    }
}
