using CrStream.Abstractions;
using CrStream.Lz4;

namespace CrStream.Stages.Tests;

public sealed class Lz4Tests
{
    private static readonly StageSettings Settings = new() { Parallelism = 4 };
    private static readonly Lz4Stage Stage = new();

    public static TheoryData<int> Lengths => [0, 1, 2, 100, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 7_654_321];

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task What_is_written_is_read_again(int length)
    {
        var bytes = StageRun.SomeBytes(length);
        var frame = await StageRun.WrapAsync(bytes, Settings, Stage);
        Assert.Equal(bytes, await StageRun.UnwrapAsync(frame, Settings, Stage));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_frame_that_comes_in_tiny_blocks_is_read(int blockSize)
    {
        var bytes = StageRun.SomeBytes(20_000);
        var frame = await StageRun.WrapAsync(bytes, Settings, Stage);
        Assert.Equal(bytes, await StageRun.UnwrapAsync(frame, Settings, Stage, blockSize));
    }

    [Fact]
    public async Task Noise_is_stored_and_grows_by_the_headers_only()
    {
        var bytes = new byte[3 << 20];
        new Random(2).NextBytes(bytes);
        var frame = await StageRun.WrapAsync(bytes, Settings, Stage);
        Assert.Equal(bytes.Length + 7 + (3 * 8) + 4, frame.Length);
        Assert.Equal(bytes, await StageRun.UnwrapAsync(frame, Settings, Stage));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task Lz4_reads_what_we_write(int length)
    {
        using var command = new Command();
        var bytes = StageRun.SomeBytes(length);
        command.Write("in.lz4", await StageRun.WrapAsync(bytes, Settings, Stage));
        await command.RunAsync("lz4", "-d", "in.lz4", "out");
        Assert.Equal(bytes, command.Read("out"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("-9", "-B4")]
    [InlineData("-B5", "--no-frame-crc", "-BX")]
    [InlineData("-B7", "--content-size")]
    public async Task We_read_what_lz4_writes(params string[] options)
    {
        using var command = new Command();
        var bytes = StageRun.SomeBytes(9_000_000);
        command.Write("in", bytes);
        await command.RunAsync("lz4", [.. options, "in", "out.lz4"]);
        Assert.Equal(bytes, await StageRun.UnwrapAsync(command.Read("out.lz4"), Settings, Stage));
    }

    [Fact]
    public async Task Linked_blocks_are_refused_with_what_helps()
    {
        using var command = new Command();
        command.Write("in", StageRun.SomeBytes(300_000));
        await command.RunAsync("lz4", "-B4", "-BD", "in", "out.lz4");
        var error = await Assert.ThrowsAsync<ImageException>(() => StageRun.UnwrapAsync(command.Read("out.lz4"), Settings, Stage));
        Assert.Contains("linked", error.Message, StringComparison.Ordinal);
        Assert.Contains("lz4 -BI", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_behind_the_end_are_told_from_a_cut()
    {
        var frame = await StageRun.WrapAsync(StageRun.SomeBytes(10_000), Settings, Stage);
        var trailing = await Assert.ThrowsAsync<ImageException>(() => StageRun.UnwrapAsync([.. frame, 0], Settings, Stage));
        Assert.Equal(("lz4", frame.Length), (trailing.Layer, trailing.Offset));
        Assert.Contains("behind", trailing.Message, StringComparison.Ordinal);
        for (var length = 0; length < frame.Length; length += 1 + (length / 10))
        {
            var cut = await Assert.ThrowsAsync<ImageException>(() => StageRun.UnwrapAsync(frame[..length], Settings, Stage));
            Assert.Contains("cut off", cut.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_wrong_content_checksum_or_size_is_found()
    {
        using var command = new Command();
        command.Write("in", StageRun.SomeBytes(100_000));
        await command.RunAsync("lz4", "in", "out.lz4");
        var frame = command.Read("out.lz4");
        frame[^1] ^= 1;
        var error = await Assert.ThrowsAsync<ImageException>(() => StageRun.UnwrapAsync(frame, Settings, Stage));
        Assert.Contains("content checksum", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_flipped_bit_but_one_is_noticed()
    {
        // Whether a block is stored or compressed is not covered by its checksum; the image's own hash finds that.
        const int storedBit = (8 * (7 + 3)) + 7;
        var frame = await StageRun.WrapAsync(StageRun.SomeBytes(40_000), Settings, Stage);
        var random = new Random(5);
        for (var round = 0; round < 2_000; round++)
        {
            var bit = round < 200 ? round : random.Next(frame.Length * 8);
            if (bit == storedBit) continue;
            var changed = (byte[])frame.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            var error = await Assert.ThrowsAsync<ImageException>(() => StageRun.UnwrapAsync(changed, Settings, Stage));
            Assert.Equal("lz4", error.Layer);
        }
    }

    [Fact]
    public async Task Mutated_frames_without_checksums_give_bytes_or_the_one_exception()
    {
        using var command = new Command();
        command.Write("in", StageRun.SomeBytes(30_000));
        await command.RunAsync("lz4", "--no-frame-crc", "in", "out.lz4");
        var frame = command.Read("out.lz4");
        var random = new Random(6);
        var refused = 0;
        for (var round = 0; round < 3_000; round++)
        {
            var changed = (byte[])frame.Clone();
            for (var i = random.Next(1, 5); i > 0; i--) changed[random.Next(7, changed.Length)] = (byte)random.Next(256);
            try
            {
                await StageRun.UnwrapAsync(changed, Settings, Stage);
            }
            catch (ImageException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 3_000);
    }
}
