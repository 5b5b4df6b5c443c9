using System.Threading.Tasks.Dataflow;
using CrStream.Abstractions;
using CrStream.Age;
using CrStream.Engine;
using CrStream.Lz4;

namespace CrStream.Stages.Tests;

public sealed class ByteChainTests
{
    private static readonly StageSettings Settings = new() { Parallelism = 2, Recipients = [new AgeKeyGenerator().Generate().Recipient] };

    public static TheoryData<string> Chains => ["", "lz4", "age", "lz4 age", "age lz4 age"];

    [Theory]
    [MemberData(nameof(Chains))]
    public async Task A_sink_that_fails_stops_the_sender_with_its_own_exception(string stages)
    {
        var sink = new MemorySink { FailsAfter = 3_000_000 };
        await using var chain = new ByteChain(Stages(stages), Settings, sink, CancellationToken.None);
        var error = await Assert.ThrowsAsync<StoreException>(() => SendForeverAsync(chain));
        Assert.Equal("the disk is full", error.Message);
        Assert.Same(error, await Assert.ThrowsAsync<StoreException>(chain.CompleteAsync));
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public async Task A_sink_that_fails_at_the_very_end_fails_the_completion(string stages)
    {
        await using var chain = new ByteChain(Stages(stages), Settings, new MemorySink { FailsAfter = 0 }, CancellationToken.None);
        await chain.SendAsync(Block.Copy(new byte[10]));
        await Assert.ThrowsAsync<StoreException>(() => chain.CompleteAsync().WaitAsync(StageRun.Limit));
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public async Task A_cancellation_ends_a_sender_that_waits_for_a_sink_that_hangs(string stages)
    {
        using var cancellation = new CancellationTokenSource();
        var sink = new MemorySink { HangsAfter = 2_000_000 };
        await using var chain = new ByteChain(Stages(stages), Settings, sink, cancellation.Token);
        var sending = SendForeverAsync(chain);
        cancellation.CancelAfter(200);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => chain.CompleteAsync().WaitAsync(StageRun.Limit));
        Assert.False(sink.IsWriting);
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public async Task A_chain_that_is_given_up_leaves_the_sink_alone(string stages)
    {
        var sink = new MemorySink { HangsAfter = 1_000_000 };
        var chain = new ByteChain(Stages(stages), Settings, sink, CancellationToken.None);
        var sending = SendForeverAsync(chain);
        await Task.Delay(50);
        await chain.DisposeAsync().AsTask().WaitAsync(StageRun.Limit);
        Assert.False(sink.IsWriting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_stage_that_fails_in_the_middle_stops_everything(int place)
    {
        var stages = Stages("lz4 age").ToList();
        stages.Insert(place, new FailingStage(5));
        var sink = new MemorySink { HangsAfter = 1_000_000 };
        await using var chain = new ByteChain(stages, Settings, sink, CancellationToken.None);
        var error = await Assert.ThrowsAsync<ImageException>(() => SendForeverAsync(chain));
        Assert.Equal("failing", error.Layer);
        await Assert.ThrowsAsync<ImageException>(() => chain.CompleteAsync().WaitAsync(StageRun.Limit));
        Assert.False(sink.IsWriting);
    }

    [Fact]
    public async Task A_stage_that_fails_after_the_last_block_lets_a_hanging_write_go()
    {
        var sink = new MemorySink { HangsAfter = 0 };
        await using var chain = new ByteChain([new Lz4Stage(), new FailingStage(3)], Settings, sink, CancellationToken.None);
        for (var i = 0; i < 4; i++) await chain.SendAsync(Block.Copy(StageRun.SomeBytes(1 << 20)));
        await Assert.ThrowsAsync<ImageException>(() => chain.CompleteAsync().WaitAsync(StageRun.Limit));
    }

    [Fact]
    public async Task A_slow_sink_holds_the_sender_back()
    {
        var sink = new MemorySink { Delay = TimeSpan.FromMilliseconds(20) };
        await using var chain = new ByteChain(Stages("lz4 age"), Settings, sink, CancellationToken.None);
        var noise = new byte[1 << 20];
        new Random(1).NextBytes(noise);
        for (var i = 0; i < 60; i++)
        {
            await chain.SendAsync(Block.Copy(noise));
            Assert.InRange(((long)(i + 1) << 20) - chain.StoredBytes, 0, 32 << 20);
        }

        await chain.CompleteAsync().WaitAsync(StageRun.Limit);
        Assert.Equal(sink.Bytes.Length, chain.StoredBytes);
    }

    [Fact]
    public async Task The_buffer_writer_gives_room_as_large_as_is_asked_for()
    {
        var sink = new MemorySink();
        await using var chain = new ByteChain([], Settings, sink, CancellationToken.None);
        using var writer = new ChainBufferWriter(chain);
        var expected = new MemoryStream();
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var hint = random.Next(5) == 0 ? random.Next(3 << 20) : random.Next(5_000);
            var memory = writer.GetMemory(hint);
            Assert.InRange(memory.Length, Math.Max(hint, 1), int.MaxValue);
            var part = StageRun.SomeBytes(random.Next(hint + 1), round);
            part.CopyTo(memory);
            writer.Advance(part.Length);
            expected.Write(part);
            await writer.FlushAsync();
            Assert.False(writer.HasFullBlocks);
        }

        Assert.Equal(expected.Length, writer.WrittenBytes);
        await writer.FlushAllAsync();
        await chain.CompleteAsync();
        Assert.Equal(expected.ToArray(), sink.Bytes);
    }

    private static IStage[] Stages(string names)
        => [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => name == "lz4" ? (IStage)new Lz4Stage() : new AgeStage())];

    private static async Task SendForeverAsync(ByteChain chain)
    {
        var noise = new byte[1 << 20];
        new Random(1).NextBytes(noise);
        while (true) await chain.SendAsync(Block.Copy(noise)).AsTask().WaitAsync(StageRun.Limit);
    }

    /// <summary>Passes some blocks on and then fails, as a graph of a third party might, without the project's own StageGraph.</summary>
    private sealed class FailingStage(int passes) : IStage
    {
        public string Name => "failing";

        public ReadOnlyMemory<byte> Magic => "fail"u8.ToArray();

        public IPropagatorBlock<Block, Block> CreateWriter(StageSettings settings)
        {
            var left = passes;
            return new TransformBlock<Block, Block>(
                block => left-- > 0 ? block : throw new ImageException(0, "on purpose", Name),
                new ExecutionDataflowBlockOptions { BoundedCapacity = 2 });
        }

        public IPropagatorBlock<Block, Block> CreateReader(StageSettings settings) => CreateWriter(settings);
    }
}
