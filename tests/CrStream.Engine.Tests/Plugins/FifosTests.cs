using System.Diagnostics;
using CrStream.Abstractions;
using CrStream.Linux.Files;
using CrStream.Pipes;

namespace CrStream.Engine.Tests.Plugins;

public sealed class FifosTests : IDisposable
{
    private static readonly Kernel Kernel = new();
    private readonly FifosHandler handler = new();
    private readonly string folder = Directory.CreateTempSubdirectory("crstream-fifos-").FullName;

    public FifosTests()
    {
        using var made = Process.Start("mkfifo", [FifoPath]);
        made.WaitForExit();
    }

    private string FifoPath => Path.Combine(folder, "a fifo");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Contents_pass_to_readers_and_writers()
    {
        var trip = new RoundTrip();
        var fields = await Collected(trip);
        using var restored = handler.Restore(handler.ObjectTypes[0], fields, trip);
        trip.Data.ForEach(data => restored.WriteData(data.Offset, data.Bytes));
        using var reader = handler.Open(restored, new(FileFlags.O_RDONLY, 0), trip);
        using var name = handler.Open(restored, new(FileFlags.O_PATH, 0), trip);
        var bytes = new byte[20];
        Assert.Equal(8, Kernel.Read(reader, bytes));
        Assert.Equal("contents"u8, bytes.AsSpan(0, 8));
        Assert.Equal(Kernel.Status(name).Inode, Kernel.Status(reader).Inode);
        Assert.Equal([FifoPath], trip.Private);
    }

    [Fact]
    public async Task A_fifo_in_which_something_stands_already_is_refused()
    {
        var trip = new RoundTrip();
        var fields = await Collected(trip);
        using var other = Kernel.Open(FifoPath, FileFlags.O_RDWR);
        Kernel.Write(other, "else"u8);
        Assert.Contains("4 bytes", Assert.Throws<RestoreException>(() => handler.Restore(handler.ObjectTypes[0], fields, trip)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_fifo_any_more_is_refused_and_a_missing_one_named()
    {
        var trip = new RoundTrip();
        var fields = await Collected(trip);
        File.Delete(FifoPath);
        Assert.Contains(FifoPath, Assert.Throws<RestoreException>(() => handler.Restore(handler.ObjectTypes[0], fields, trip)).Message, StringComparison.Ordinal);
        File.WriteAllText(FifoPath, "a file");
        Assert.Contains("something else", Assert.Throws<RestoreException>(() => handler.Restore(handler.ObjectTypes[0], fields, trip)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_contents_are_noticed()
    {
        var trip = new RoundTrip();
        var fields = await Collected(trip);
        using var restored = handler.Restore(handler.ObjectTypes[0], fields, trip);
        Assert.Throws<RestoreException>(() => restored.WriteData(1, "x"u8));
        Assert.Throws<RestoreException>(() => handler.Open(restored, new(FileFlags.O_RDONLY, 0), trip));
    }

    [Fact]
    public void A_fifo_whose_name_leads_elsewhere_is_denied()
    {
        using var both = Kernel.Open(FifoPath, FileFlags.O_RDWR);
        using var linked = Process.Start("ln", [FifoPath, FifoPath + "2"]);
        linked.WaitForExit();
        File.Delete(FifoPath);
        Assert.Throws<DeniedException>(() => handler.Collect(new OwnFile(both), new RoundTrip()));
    }

    private async Task<Fields> Collected(RoundTrip trip)
    {
        using var both = Kernel.Open(FifoPath, FileFlags.O_RDWR);
        Kernel.Write(both, "contents"u8);
        var own = new OwnFile(both);
        Assert.True(handler.Claims(own));
        var node = handler.Collect(own, trip);
        await node.WriteContentsAsync(trip, CancellationToken.None);
        return node.Describe(null!);
    }
}
