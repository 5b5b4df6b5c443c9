using CrStream.Abstractions;
using CrStream.Age;
using CrStream.Engine;
using CrStream.Lz4;

namespace CrStream.Stages.Tests;

public sealed class PeeledStreamTests
{
    private static readonly KeyPair Key = new AgeKeyGenerator().Generate();
    private static readonly StageSettings Settings = new() { Recipients = [Key.Recipient], Identities = [Key.Identity] };
    private static readonly IStage[] Loaded = [new Lz4Stage(), new AgeStage()];

    [Theory]
    [InlineData("", 100_000)]
    [InlineData("lz4", 3_000_000)]
    [InlineData("age", 3_000_000)]
    [InlineData("lz4 age", 3_000_000)]
    [InlineData("age lz4", 100_000)]
    [InlineData("lz4 lz4 age age lz4", 3_000_000)]
    [InlineData("lz4 age", 8)]
    public async Task Layers_are_peeled_in_whatever_nesting_they_come(string stages, int length)
    {
        var image = StageRun.SomeImage(length);
        var stored = await StageRun.WrapAsync(image, Settings, Stages(stages));
        foreach (var largestRead in new[] { 1 << 20, 1000 })
        {
            await using var stream = await PeeledStream.OpenAsync(new MemorySource(stored) { LargestRead = largestRead }, Loaded, Settings, default);
            Assert.Equal(string.Join(' ', stages.Split(' ').Reverse()), string.Join(' ', stream.Layers));
            var result = new MemoryStream();
            await stream.CopyToAsync(result).WaitAsync(StageRun.Limit);
            Assert.Equal(image, result.ToArray());
            Assert.Equal(image.Length, stream.Position);
        }
    }

    [Fact]
    public async Task A_source_that_gives_byte_after_byte_is_read()
    {
        var image = StageRun.SomeImage(3_000);
        var stored = await StageRun.WrapAsync(image, Settings, Stages("lz4 age"));
        await using var stream = await PeeledStream.OpenAsync(new MemorySource(stored) { LargestRead = 1 }, Loaded, Settings, default);
        var result = new byte[image.Length];
        await stream.ReadExactlyAsync(result);
        Assert.Equal(image, result);
        Assert.Equal(0, await stream.ReadAsync(result));
    }

    [Fact]
    public async Task An_unknown_magic_is_shown_with_the_stages_that_are_loaded()
    {
        var error = await Refused([0x1f, 0x8b, 8, 0, .. "hello world, this is gzip"u8]);
        Assert.Equal(0, error.Offset);
        Assert.Contains("1f8b0800", error.Message, StringComparison.Ordinal);
        Assert.Contains("lz4, age", error.Message, StringComparison.Ordinal);
        Assert.Contains("no bytes", (await Refused([])).Message, StringComparison.Ordinal);
        var inside = await Refused(await StageRun.WrapAsync("something else"u8.ToArray(), Settings, Stages("age lz4")));
        Assert.Contains("inside lz4, age", inside.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_nest_of_containers_has_a_bottom()
    {
        var stages = string.Join(' ', Enumerable.Repeat("lz4", 9));
        var error = await Refused(await StageRun.WrapAsync(StageRun.SomeImage(100), Settings, Stages(stages)));
        Assert.Contains("more than 8 layers", error.Message, StringComparison.Ordinal);
        var image = StageRun.SomeImage(100);
        var stored = await StageRun.WrapAsync(image, Settings, Stages(stages[4..]));
        Assert.Equal(image, await StageRun.PeelAsync(stored, Settings, Loaded));
    }

    [Fact]
    public async Task Errors_come_out_as_they_are()
    {
        var stored = await StageRun.WrapAsync(StageRun.SomeImage(3_000_000), Settings, Stages("lz4 age"));
        var cut = await Assert.ThrowsAsync<ImageException>(() => StageRun.PeelAsync(stored[..^100_000], Settings, Loaded));
        Assert.Equal("age", cut.Layer);
        await Assert.ThrowsAsync<UsageException>(() => StageRun.PeelAsync(stored, new StageSettings(), Loaded));
        var failure = new StoreException("the network is gone");
        Assert.Same(failure, await Assert.ThrowsAsync<StoreException>(async () =>
        {
            var source = new MemorySource(StageRun.SomeImage(100)) { FailsAtEnd = failure };
            await using var stream = await PeeledStream.OpenAsync(source, Loaded, Settings, default);
            await stream.CopyToAsync(Stream.Null);
        }));
    }

    [Fact]
    public async Task Cut_and_mutated_streams_give_bytes_or_a_typed_error()
    {
        var stored = await StageRun.WrapAsync(StageRun.SomeImage(200_000), Settings, Stages("lz4 age"));
        var random = new Random(8);
        for (var round = 0; round < 500; round++)
        {
            var changed = stored[..random.Next(stored.Length + 1)];
            if (round % 2 == 0 && changed.Length > 0)
            {
                changed = (byte[])stored.Clone();
                changed[random.Next(changed.Length)] ^= (byte)random.Next(1, 256);
            }

            if (changed.AsSpan().SequenceEqual(stored)) continue;
            var error = await Assert.ThrowsAnyAsync<CrStreamException>(() => StageRun.PeelAsync(changed, Settings, Loaded));
            Assert.True(error is ImageException or UsageException, error.ToString());
        }
    }

    [Fact]
    public async Task A_cancellation_ends_a_read_from_a_source_that_hangs()
    {
        var stored = await StageRun.WrapAsync(StageRun.SomeImage(3_000_000), Settings, Stages("lz4 age"));
        using var cancellation = new CancellationTokenSource();
        await using var stream = await PeeledStream.OpenAsync(new MemorySource(stored[..^9]) { HangsAtEnd = true }, Loaded, Settings, cancellation.Token);
        var reading = stream.CopyToAsync(Stream.Null);
        cancellation.CancelAfter(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(StageRun.Limit));
    }

    [Fact]
    public async Task A_stream_that_is_given_up_lets_its_source_go()
    {
        var stored = await StageRun.WrapAsync(StageRun.SomeImage(30_000_000), Settings, Stages("lz4 age"));
        var stream = await PeeledStream.OpenAsync(new MemorySource(stored), Loaded, Settings, default);
        await stream.ReadExactlyAsync(new byte[10]);
        await stream.DisposeAsync().AsTask().WaitAsync(StageRun.Limit);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stream.ReadExactlyAsync(new byte[10_000_000]));
    }

    private static async Task<ImageException> Refused(byte[] stored) => await Assert.ThrowsAsync<ImageException>(() => StageRun.PeelAsync(stored, Settings, Loaded));

    private static IStage[] Stages(string names)
        => [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => name == "lz4" ? (IStage)new Lz4Stage() : new AgeStage())];
}
