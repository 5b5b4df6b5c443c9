using CrStream.Abstractions;
using CrStream.Linux.Files;
using CrStream.Pipes;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Tests.Plugins;

public sealed class PipesTests
{
    private const int Page = 4096;
    private static readonly Kernel Kernel = new();
    private readonly PipesHandler handler = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5000)]
    [InlineData(65536)]
    public async Task Contents_pass_and_stay_in_the_old_pipe(int length)
    {
        var bytes = RandomBytes(length);
        var (reader, writer) = Kernel.Pipe(0);
        using var _ = reader;
        using var __ = writer;
        Write(writer, bytes);
        var (newReader, newWriter) = await Pass(reader, writer);
        using var ___ = newReader;
        using var ____ = newWriter;
        Assert.Equal(bytes, Drain(newReader, newWriter));
        Assert.Equal(bytes, Drain(reader, writer));
    }

    [Fact]
    public async Task A_full_pipe_of_small_writes_passes()
    {
        var (reader, writer) = Kernel.Pipe(FileFlags.O_NONBLOCK);
        using var _ = reader;
        using var __ = writer;
        var written = 0;
        try
        {
            for (; ; written += 3000)
            {
                Kernel.Write(writer, new byte[3000]);
            }
        }
        catch (KernelException full) when (full.Error == ErrorNumber.EAGAIN)
        {
        }

        var (newReader, newWriter) = await Pass(reader, writer);
        using var ___ = newReader;
        using var ____ = newWriter;
        Assert.Equal(written, Drain(newReader, newWriter).Length);
    }

    [Fact]
    public async Task Capacity_and_flags_pass()
    {
        var (reader, writer) = Kernel.Pipe(FileFlags.O_NONBLOCK);
        using var _ = reader;
        using var __ = writer;
        Kernel.Control(writer, FileControl.F_SETPIPE_SZ, 256 * 1024);
        var (newReader, newWriter) = await Pass(reader, writer);
        using var ___ = newReader;
        using var ____ = newWriter;
        Assert.Equal(256 * 1024, Kernel.Control(newReader, FileControl.F_GETPIPE_SZ));
        Assert.Equal(FileFlags.O_RDONLY | FileFlags.O_NONBLOCK, (int)Kernel.Control(newReader, FileControl.F_GETFL));
        Assert.Equal(FileFlags.O_WRONLY | FileFlags.O_NONBLOCK, (int)Kernel.Control(newWriter, FileControl.F_GETFL));
        Assert.Equal(new OwnFile(newReader).Link, new OwnFile(newWriter).Link);
    }

    [Fact]
    public async Task The_owner_passes()
    {
        var (reader, writer) = Kernel.Pipe(0);
        using var _ = reader;
        using var __ = writer;
        Kernel.ChangeOwner(reader, 1234, 4321);
        var (newReader, newWriter) = await Pass(reader, writer);
        using var ___ = newReader;
        using var ____ = newWriter;
        Assert.Equal((1234u, 4321u), (Kernel.Status(newWriter).Uid, Kernel.Status(newWriter).Gid));
    }

    [Fact]
    public async Task A_reader_whose_writers_have_gone_reads_the_rest_and_then_the_end()
    {
        var (reader, writer) = Kernel.Pipe(0);
        using var _ = reader;
        Kernel.Write(writer, "rest"u8);
        writer.Dispose();
        var trip = new RoundTrip();
        var own = new OwnFile(reader);
        var restored = await trip.Pass(handler, handler.Collect(own, trip));
        using var again = handler.Open(restored, own.State(), trip);
        restored.Dispose();
        var bytes = new byte[10];
        Assert.Equal(4, Kernel.Read(again, bytes));
        Assert.Equal(0, Kernel.Read(again, bytes));
    }

    [Fact]
    public async Task A_writer_whose_readers_have_gone_gets_EPIPE()
    {
        var (reader, writer) = Kernel.Pipe(0);
        using var _ = writer;
        reader.Dispose();
        var trip = new RoundTrip();
        var own = new OwnFile(writer);
        var restored = await trip.Pass(handler, handler.Collect(own, trip));
        using var again = handler.Open(restored, own.State(), trip);
        restored.Dispose();
        Assert.Equal(ErrorNumber.EPIPE, Assert.Throws<KernelException>(() => Kernel.Write(again, "x"u8)).Error);
    }

    [Fact]
    public async Task Several_descriptions_of_one_end_and_one_of_both_lead_to_the_same_pipe()
    {
        var (reader, writer) = Kernel.Pipe(0);
        using var _ = reader;
        using var __ = writer;
        using var both = Kernel.Reopen(reader, FileFlags.O_RDWR);
        using var second = Kernel.Reopen(reader, FileFlags.O_RDONLY | FileFlags.O_NONBLOCK);
        Kernel.Write(writer, "shared"u8);
        OwnFile[] files = [new(second), new(both), new(reader), new(writer)];
        var trip = new RoundTrip();
        var nodes = files.Select(file => handler.Collect(file, trip)).Distinct().ToArray();
        var node = Assert.Single(nodes);
        Assert.Equal([files[0].Link], trip.Private);
        using var restored = await trip.Pass(handler, node);
        var again = files.Select(file => handler.Open(restored, file.State(), trip)).ToArray();
        Assert.Single(again.Select(file => new OwnFile(file).Link).Distinct());
        Assert.Equal(files.Select(file => file.Flags), again.Select(file => new OwnFile(file).Flags));
        var bytes = new byte[10];
        Assert.Equal(6, Kernel.Read(again[1], bytes));
        Array.ForEach(again, file => file.Dispose());
    }

    [Fact]
    public async Task Packets_keep_their_boundaries()
    {
        int[] lengths = [5, 1, 4096, 100, 1, 1, 7];
        var (reader, writer) = Kernel.Pipe(FileFlags.O_DIRECT);
        using var _ = reader;
        using var __ = writer;
        foreach (var length in lengths)
        {
            Kernel.Write(writer, RandomBytes(length));
        }

        var (newReader, newWriter) = await Pass(reader, writer);
        using var ___ = newReader;
        using var ____ = newWriter;
        Assert.All(lengths, length => Assert.Equal(length, Kernel.Read(newReader, new byte[8192])));
        Assert.All(lengths, length => Assert.Equal(length, Kernel.Read(reader, new byte[8192])));
        Assert.NotEqual(0, new OwnFile(newWriter).Flags & FileFlags.O_DIRECT);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4096)]
    public async Task A_single_packet_stays_one(int length)
    {
        var (reader, writer) = Kernel.Pipe(FileFlags.O_DIRECT);
        using var _ = reader;
        using var __ = writer;
        Kernel.Write(writer, RandomBytes(length));
        var (newReader, newWriter) = await Pass(reader, writer);
        using var ___ = newReader;
        using var ____ = newWriter;
        Kernel.Write(newWriter, "next"u8);
        Assert.Equal(length, Kernel.Read(newReader, new byte[8192]));
        Assert.Equal(4, Kernel.Read(newReader, new byte[8192]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Packets_among_plain_bytes_are_denied(bool packetFirst)
    {
        var (reader, writer) = Kernel.Pipe(0);
        using var _ = reader;
        using var __ = writer;
        foreach (var packet in (bool[])[packetFirst, !packetFirst])
        {
            Kernel.Control(writer, FileControl.F_SETFL, packet ? FileFlags.O_DIRECT : 0);
            Kernel.Write(writer, new byte[Page]);
        }

        var own = new OwnFile(reader);
        var denied = Assert.Throws<DeniedException>(() => handler.Collect(own, new RoundTrip()));
        Assert.Contains(own.Where, denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_FIFO_is_left_to_another_handler()
    {
        var path = Path.Combine(Path.GetTempPath(), $"crstream-fifo-{System.Environment.ProcessId}");
        using (System.Diagnostics.Process.Start("mkfifo", path))
        {
            SpinWait.SpinUntil(() => File.Exists(path), 10_000);
        }

        using var fifo = Kernel.Open(path, FileFlags.O_RDWR);
        File.Delete(path);
        Assert.False(handler.Claims(new OwnFile(fifo)));
        Assert.Equal("fifos", Built.Catalog().ClaimFor(new OwnFile(fifo)).Name);
    }

    [Fact]
    public async Task Contents_that_are_cut_off_or_too_long_are_refused()
    {
        var (reader, writer) = Kernel.Pipe(0);
        using var _ = reader;
        using var __ = writer;
        Kernel.Write(writer, "1234"u8);
        var own = new OwnFile(reader);
        var trip = new RoundTrip();
        var node = handler.Collect(own, trip);
        using var cut = handler.Restore(node.Type, node.Describe(null!), trip);
        Assert.Throws<RestoreException>(() => handler.Open(cut, own.State(), trip));
        using var full = await trip.Pass(handler, node);
        Assert.Throws<RestoreException>(() => full.WriteData(4, "5"u8));
    }

    private async Task<(SafeFileHandle Reader, SafeFileHandle Writer)> Pass(SafeFileHandle reader, SafeFileHandle writer)
    {
        OwnFile[] files = [new(reader), new(writer)];
        Assert.All(files, file => Assert.True(handler.Claims(file)));
        var trip = new RoundTrip { MaximumLength = 10_000 };
        var nodes = files.Select(file => handler.Collect(file, trip)).ToArray();
        Assert.Same(nodes[0], nodes[1]);
        using var restored = await trip.Pass(handler, nodes[0]);
        return (handler.Open(restored, files[0].State(), trip), handler.Open(restored, files[1].State(), trip));
    }

    private static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static void Write(SafeFileHandle writer, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Kernel.Write(writer, bytes)..];
        }
    }

    private static byte[] Drain(SafeFileHandle reader, SafeFileHandle writer)
    {
        writer.Dispose();
        var all = new List<byte>();
        var bytes = new byte[100_000];
        while (Kernel.Read(reader, bytes) is > 0 and var count)
        {
            all.AddRange(bytes.AsSpan(0, count));
        }

        return [.. all];
    }
}
