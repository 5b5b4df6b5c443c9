using CrStream.Abstractions;
using CrStream.Linux.Files;
using CrStream.SharedMemory;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Tests.Plugins;

public sealed class SharedMemoryTests
{
    private const int Page = 4096;
    private static readonly Kernel Kernel = new();
    private readonly SharedMemoryHandler handler = new();

    [Fact]
    public async Task Contents_pass_and_holes_stay_holes()
    {
        const long size = 64L << 20;
        using var memory = Kernel.CreateSharedMemory(size);
        Kernel.WriteAt(memory, new byte[3 * Page], 10 * Page);
        Kernel.WriteAt(memory, "first"u8, 11 * Page);
        Kernel.WriteAt(memory, "last"u8, size - 4);
        var own = new OwnFile(memory, Reopening.ProcPath(memory));
        Assert.True(handler.Claims(own));
        var trip = new RoundTrip { MaximumLength = Page + 1 };
        var node = handler.Collect(own, trip);
        Assert.Same(node, handler.Collect(own, trip));
        Assert.Equal([$"{own.Status.Device}:{own.Status.Inode}"], trip.Private);

        using var restored = await trip.Pass(handler, node);
        Assert.Equal([11UL * Page, (ulong)size - Page], trip.Pages.Select(pages => pages.Address));
        using var again = handler.Open(restored, own.State(), trip);
        Assert.Equal(own.Link, new OwnFile(again).Link);
        Assert.Equal(own.Flags, new OwnFile(again).Flags);
        Assert.Equal(size, Kernel.Status(again).Size);
        Assert.Equal("first", Read(again, 11 * Page, 5));
        Assert.Equal("last", Read(again, size - 4, 4));
        Assert.Equal(11 * Page, Kernel.Seek(again, 0, FileControl.SEEK_DATA));
        Assert.Equal(12 * Page, Kernel.Seek(again, 11 * Page, FileControl.SEEK_HOLE));
    }

    [Theory]
    [InlineData(5 * Page, Page)]
    [InlineData(4 * Page, 2 * Page)]
    [InlineData(-Page, Page)]
    public void Pages_outside_are_refused(long address, int length)
    {
        using var restored = handler.Restore(handler.ObjectTypes[0], new Fields { ["size"] = 5 * Page }, new RoundTrip());
        Assert.Throws<RestoreException>(() => restored.WritePages((ulong)address, new byte[length]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(-Page)]
    public void An_odd_size_is_refused(long size) =>
        Assert.Throws<FieldException>(() => handler.Restore(handler.ObjectTypes[0], new Fields { ["size"] = size }, new RoundTrip()));

    private static string Read(SafeFileHandle file, long offset, int length)
    {
        var bytes = new byte[length];
        Assert.Equal(length, Kernel.ReadAt(file, bytes, offset));
        return System.Text.Encoding.ASCII.GetString(bytes);
    }
}
