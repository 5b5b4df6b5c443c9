using CrStream.Abstractions;
using CrStream.Linux.Files;
using CrStream.NamelessFiles;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Tests.Plugins;

public sealed class DeletedFilesTests : IDisposable
{
    private static readonly Kernel Kernel = new();
    private readonly DeletedFilesHandler handler = new();
    private readonly string folder = Directory.CreateTempSubdirectory("crstream-deleted-").FullName;

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Contents_pass_in_pieces_and_holes_stay_holes()
    {
        const long size = 1L << 32;
        using var file = Deleted();
        Kernel.WriteAt(file, "first"u8, 0);
        Kernel.WriteAt(file, new byte[100_000], size / 2);
        Kernel.Truncate(file, size);
        var own = new OwnFile(file);
        var trip = new RoundTrip { MaximumLength = 10_000 };
        var node = handler.Collect(own, trip);
        Assert.Same(node, handler.Collect(own, trip));
        Assert.Equal([$"{own.Status.Device}:{own.Status.Inode}"], trip.Private);

        using var restored = await trip.Pass(handler, node);
        using var again = handler.Open(restored, own.State(), trip);
        using var second = handler.Open(restored, own.State(), trip);
        Assert.InRange(trip.Data.Count, 11, 13);
        var (old, now) = (own.Status, Kernel.Status(again));
        Assert.Equal(old with { Inode = 0 }, now with { Inode = 0 });
        Assert.Equal(now.Inode, Kernel.Status(second).Inode);
        Assert.Equal(own.Flags, new OwnFile(again).Flags);
        Assert.Equal(size / 2, Kernel.Seek(again, 1 << 20, FileControl.SEEK_DATA));
        var bytes = new byte[5];
        Assert.Equal(5, Kernel.ReadAt(again, bytes, 0));
        Assert.Equal("first"u8, bytes);
    }

    [Fact]
    public async Task A_file_whose_directory_is_gone_too_comes_back_above()
    {
        using var file = Deleted();
        Directory.Delete(folder);
        var trip = new RoundTrip();
        using var restored = await trip.Pass(handler, handler.Collect(new OwnFile(file), trip));
        using var again = handler.Open(restored, new OwnFile(file).State(), trip);
        Assert.Equal(Kernel.Status(file).Device, Kernel.Status(again).Device);
        Assert.Equal(Path.GetDirectoryName(folder), Path.GetDirectoryName(new OwnFile(again).Link));
    }

    [Fact]
    public async Task Where_the_file_system_makes_no_nameless_files_it_becomes_memory()
    {
        using var file = Deleted();
        Kernel.WriteAt(file, "bytes"u8, 0);
        var trip = new RoundTrip();
        var fields = handler.Collect(new OwnFile(file), trip).Describe(null!);
        var elsewhere = new Fields();
        foreach (var (key, value) in fields)
        {
            elsewhere[key] = key == "directory" ? "/proc" : value;
        }

        using var restored = handler.Restore(handler.ObjectTypes[0], elsewhere, trip);
        restored.WriteData(0, "bytes"u8);
        using var again = handler.Open(restored, new OwnFile(file).State(), trip);
        Assert.StartsWith("/memfd:a file", new OwnFile(again).Link, StringComparison.Ordinal);
        Assert.Equal(5, Kernel.Status(again).Size);
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(0, 6)]
    [InlineData(ulong.MaxValue, 1)]
    public void Contents_outside_are_refused(ulong offset, int length)
    {
        using var file = Deleted();
        Kernel.WriteAt(file, "bytes"u8, 0);
        var trip = new RoundTrip();
        using var restored = handler.Restore(handler.ObjectTypes[0], handler.Collect(new OwnFile(file), trip).Describe(null!), trip);
        Assert.Throws<RestoreException>(() => restored.WriteData(offset, new byte[length]));
    }

    [Fact]
    public void A_missing_directory_is_named()
    {
        using var file = Deleted();
        var trip = new RoundTrip();
        var fields = handler.Collect(new OwnFile(file), trip).Describe(null!);
        Directory.Delete(folder);
        Assert.Contains(folder, Assert.Throws<RestoreException>(() => handler.Restore(handler.ObjectTypes[0], fields, trip)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_directory_is_made_again_and_leaves_nothing()
    {
        var directories = new DeletedDirectoriesHandler();
        var path = Directory.CreateDirectory(Path.Combine(folder, "gone")).FullName;
        using var directory = Kernel.Open(path, FileFlags.O_RDONLY | FileFlags.O_DIRECTORY);
        Directory.Delete(path);
        var own = new OwnFile(directory);
        Assert.True(directories.Claims(own));
        var trip = new RoundTrip();
        using (var restored = await trip.Pass(directories, directories.Collect(own, trip)))
        {
            using var again = directories.Open(restored, own.State(), trip);
            Assert.Equal((own.Link, own.Flags, 0UL), (new OwnFile(again).Link, new OwnFile(again).Flags, Kernel.Status(again).Links));
        }

        Directory.CreateDirectory(path);
        using var second = await trip.Pass(directories, directories.Collect(own, trip));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void Memory_is_not_taken_for_a_deleted_file()
    {
        using var memory = Kernel.CreateSharedMemory(4096);
        Assert.False(handler.Claims(new OwnFile(memory)));
    }

    private SafeFileHandle Deleted()
    {
        var path = Path.Combine(folder, "a file");
        var file = Kernel.Open(path, FileFlags.O_RDWR | FileFlags.O_CREAT, 0x1A4);
        File.Delete(path);
        Assert.True(handler.Claims(new OwnFile(file)));
        return file;
    }
}
