using System.Diagnostics;
using System.Globalization;
using CrStream.Abstractions;
using CrStream.Linux.Files;

namespace CrStream.Linux.Tests.Files;

public sealed class KernelTests
{
    private readonly Kernel kernel = new();

    /// <summary>The golden is stat(1), a C program that asks the kernel on its own.</summary>
    [Theory]
    [InlineData("/")]
    [InlineData("/etc/passwd")]
    [InlineData("/dev/null")]
    [InlineData("/dev/ptmx")]
    [InlineData("/sys")]
    [InlineData("/proc/self")]
    public void Status_is_what_stat_says(string path)
    {
        var found = kernel.Status(path, followLinks: false)!;
        var inode = Run("stat", "-c", "%Hd:%Ld %i %f %h %u %g %Hr:%Lr %s %.9Y", path).Split(' ');
        Assert.Equal(inode[0], $"{Major(found.Device)}:{Minor(found.Device)}");
        string[] rest = [found.Mode.ToString("x", null), $"{found.Links}", $"{found.Uid}", $"{found.Gid}", $"{found.SpecialMajor}:{found.SpecialMinor}"];
        Assert.Equal(inode[2..7], rest);
        Assert.Equal(Run("stat", "-f", "-c", "%t", path), found.FileSystem.ToString("x", null));
        if (path != "/proc/self")
        {
            Assert.Equal(inode[1], $"{found.Inode}");
            Assert.Equal(inode[7], $"{found.Size}");
            Assert.Equal(decimal.Parse(inode[8], CultureInfo.InvariantCulture), found.ModifiedNanoseconds / 1e9m);
        }
    }

    [Fact]
    public void Status_of_a_missing_file_is_null()
    {
        Assert.Null(kernel.Status("/nonexistent"));
        Assert.Null(kernel.Status("/etc/passwd/below"));
        Assert.True(kernel.Status("/proc/self/exe", followLinks: false)!.IsSymbolicLink);
    }

    [Fact]
    public void A_failure_names_call_errno_and_path()
    {
        var failed = Assert.Throws<KernelException>(() => kernel.Open("/nonexistent", FileFlags.O_RDONLY));
        Assert.Equal(("open", ErrorNumber.ENOENT), (failed.Call, failed.Error));
        Assert.Contains("/nonexistent", failed.Message, StringComparison.Ordinal);

        using var file = kernel.Open("/etc/passwd", FileFlags.O_RDONLY);
        failed = Assert.Throws<KernelException>(() => kernel.Write(file, "x"u8));
        Assert.Equal(("write", ErrorNumber.EBADF), (failed.Call, failed.Error));
        Assert.Contains("/etc/passwd", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_links_are_read_whole()
    {
        var folder = Directory.CreateTempSubdirectory("crstream-link-");
        var link = Path.Combine(folder.FullName, "link");
        var target = "/" + new string('x', 4094);
        File.CreateSymbolicLink(link, target);
        Assert.Equal(target, kernel.ReadLink(link));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Tee_leaves_the_source_as_it_is()
    {
        var (reader, writer) = kernel.Pipe(FileFlags.O_NONBLOCK);
        var (copyReader, copyWriter) = kernel.Pipe(FileFlags.O_NONBLOCK);
        using var _ = reader;
        using var __ = writer;
        using var ___ = copyReader;
        using var ____ = copyWriter;
        kernel.Write(writer, "bytes"u8);
        Assert.Equal(5, kernel.Tee(reader, copyWriter, 100, FileControl.SPLICE_F_NONBLOCK));
        var bytes = new byte[100];
        Assert.Equal(5, kernel.Read(copyReader, bytes));
        Assert.Equal(5, kernel.Read(reader, bytes));
        Assert.Equal(ErrorNumber.EAGAIN, Assert.Throws<KernelException>(() => kernel.Read(reader, bytes)).Error);
    }

    [Fact]
    public void Shared_memory_is_what_the_kernel_makes_for_a_shared_anonymous_mapping()
    {
        using var memory = kernel.CreateSharedMemory(3 * 4096);
        var status = kernel.Status(memory);
        Assert.Equal("/dev/zero (deleted)", kernel.ReadLink(Reopening.ProcPath(memory)));
        Assert.Equal((3 * 4096L, 0UL, FileSystemMagic.TMPFS_MAGIC), (status.Size, status.Links, status.FileSystem));
        Assert.Equal(-1, kernel.Seek(memory, 0, FileControl.SEEK_DATA));
        kernel.WriteAt(memory, "x"u8, 4096);
        Assert.Equal(4096, kernel.Seek(memory, 0, FileControl.SEEK_DATA));
    }

    [Fact]
    public void A_file_is_opened_again_although_its_name_is_gone()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "contents");
        using var name = kernel.Open(path, FileFlags.O_PATH);
        File.Delete(path);
        using var file = kernel.Reopen(name, FileFlags.O_RDONLY);
        Assert.Equal(8, kernel.ReadAt(file, new byte[100], 0));
    }

    /// <summary>The numbers are what a C program printed on x86-64, with the headers of Linux 6.1.</summary>
    [Fact]
    public void Constants_are_those_of_the_headers()
    {
        Assert.Equal(
            [0x3, 0x40, 0x80, 0x100, 0x200, 0x400, 0x800, 0x1000, 0x2000, 0x4000, 0x8000, 0x10000, 0x20000, 0x40000, 0x80000, 0x101000, 0x200000],
            [
                FileFlags.O_ACCMODE, FileFlags.O_CREAT, FileFlags.O_EXCL, FileFlags.O_NOCTTY, FileFlags.O_TRUNC, FileFlags.O_APPEND,
                FileFlags.O_NONBLOCK, FileFlags.O_DSYNC, FileFlags.O_ASYNC, FileFlags.O_DIRECT, FileFlags.O_LARGEFILE, FileFlags.O_DIRECTORY,
                FileFlags.O_NOFOLLOW, FileFlags.O_NOATIME, FileFlags.O_CLOEXEC, FileFlags.O_SYNC, FileFlags.O_PATH,
            ]);
        Assert.Equal([3, 4, 0x407, 0x408, 3, 4], [FileControl.F_GETFL, FileControl.F_SETFL, FileControl.F_SETPIPE_SZ, FileControl.F_GETPIPE_SZ, FileControl.SEEK_DATA, FileControl.SEEK_HOLE]);
    }

    private static ulong Major(ulong device) => ((device >> 8) & 0xFFF) | ((device >> 32) & 0xFFFFF000);

    private static ulong Minor(ulong device) => (device & 0xFF) | ((device >> 12) & 0xFFFFFF00);

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }
}
