using CrStream.Abstractions;
using CrStream.Linux.Files;
using CrStream.RegularFiles;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Tests.Plugins;

public sealed class RegularFilesTests : IDisposable
{
    private static readonly Kernel Kernel = new();
    private readonly RegularFilesHandler handler = new();
    private readonly string folder = Directory.CreateTempSubdirectory("crstream-files-").FullName;

    private string Path => System.IO.Path.Combine(folder, "a file\nwith an (odd) name");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(FileFlags.O_RDONLY)]
    [InlineData(FileFlags.O_WRONLY | FileFlags.O_APPEND)]
    [InlineData(FileFlags.O_RDWR | FileFlags.O_SYNC | FileFlags.O_NONBLOCK | FileFlags.O_NOATIME)]
    [InlineData(FileFlags.O_PATH)]
    [InlineData(FileFlags.O_RDWR | FileFlags.O_TRUNC | FileFlags.O_CREAT)]
    public async Task A_file_is_opened_again_with_its_flags(int flags)
    {
        using var file = OpenNew(flags);
        using var again = await Pass(file);
        Assert.Equal(new OwnFile(file).Flags, new OwnFile(again).Flags);
        Assert.Equal(new OwnFile(file).Link, new OwnFile(again).Link);
        Assert.Equal("contents".Length, new FileInfo(Path).Length);
    }

    [Fact]
    public async Task O_NOFOLLOW_passes()
    {
        using var file = OpenNew(FileFlags.O_RDONLY | FileFlags.O_NOFOLLOW);
        using var again = await Pass(file);
        Assert.NotEqual(0, new OwnFile(again).Flags & FileFlags.O_NOFOLLOW);
        Assert.Equal(new OwnFile(file).Flags, new OwnFile(again).Flags);
    }

    [Fact]
    public async Task A_directory_passes_although_its_entries_change()
    {
        using var directory = Kernel.Open(folder, FileFlags.O_RDONLY | FileFlags.O_DIRECTORY);
        using var again = await Pass(directory, () => File.WriteAllText(Path, "new"));
        Assert.Equal(new OwnFile(directory).Flags, new OwnFile(again).Flags);
        Assert.True(Kernel.Status(again).IsDirectory);
    }

    [Fact]
    public async Task A_symbolic_link_itself_passes()
    {
        File.CreateSymbolicLink(Path, "/nowhere");
        using var link = Kernel.Open(Path, FileFlags.O_PATH | FileFlags.O_NOFOLLOW);
        using var again = await Pass(link);
        Assert.True(Kernel.Status(again).IsSymbolicLink);
        Assert.Equal(new OwnFile(link).Flags, new OwnFile(again).Flags);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/proc")]
    [InlineData("/sys")]
    [InlineData("/proc/meminfo")]
    public async Task Harmless_files_of_the_machine_pass(string path)
    {
        using var file = Kernel.Open(path, FileFlags.O_RDONLY);
        using var again = await Pass(file);
        Assert.Equal(path, new OwnFile(again).Link);
    }

    [Theory]
    [InlineData("/proc/self/status")]
    [InlineData("/sys/kernel/notes")]
    [InlineData("/proc/self/task")]
    public void Files_that_the_kernel_makes_up_are_denied(string path)
    {
        using var file = Kernel.Open(path, FileFlags.O_RDONLY);
        AssertUnclaimed(file, "makes up");
    }

    [Fact]
    public async Task A_file_with_another_name_in_the_same_directory_is_found_by_it()
    {
        using var file = OpenNew(FileFlags.O_RDONLY);
        Link(Path, Path + "2");
        File.Delete(Path);
        using var again = await Pass(file);
        Assert.Equal(Path + "2", new OwnFile(again).Link);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_with_a_name_that_is_not_found_is_found_by_its_handle(bool follow)
    {
        using var file = OpenNew(follow ? FileFlags.O_RDWR : FileFlags.O_RDONLY | FileFlags.O_NOFOLLOW);
        var elsewhere = Directory.CreateDirectory(Path + " folder").FullName;
        Link(Path, System.IO.Path.Combine(elsewhere, "far"));
        File.Delete(Path);
        using var again = await Pass(file);
        Assert.Equal(Kernel.Status(file).Inode, Kernel.Status(again).Inode);
        Assert.Equal(new OwnFile(file).Flags, new OwnFile(again).Flags);
    }

    [Fact]
    public async Task A_handle_never_leads_to_another_file()
    {
        var file = OpenNew(FileFlags.O_RDONLY);
        var elsewhere = Directory.CreateDirectory(Path + " folder").FullName;
        var far = System.IO.Path.Combine(elsewhere, "far");
        Link(Path, far);
        File.Delete(Path);
        var failed = await Assert.ThrowsAsync<RestoreException>(() => Pass(file, () =>
        {
            File.Delete(far);
            file.Dispose();
            File.WriteAllText(far, "contents");
        }));
        Assert.Contains("missing", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        using var file = OpenNew(FileFlags.O_RDONLY);
        var failed = await Assert.ThrowsAsync<RestoreException>(() => Pass(file, () => File.Delete(Path)));
        Assert.Contains($"{Path} is missing", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_another_size_is_refused()
    {
        using var file = OpenNew(FileFlags.O_RDWR);
        var failed = await Assert.ThrowsAsync<RestoreException>(() => Pass(file, () => File.AppendAllText(Path, "more")));
        Assert.Contains(Path, failed.Message, StringComparison.Ordinal);
        Assert.Contains("it had 8 bytes and has 12", failed.Message, StringComparison.Ordinal);
        Assert.Contains("--allow-changed-file", failed.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_replaced_by_one_of_the_same_size_is_refused()
    {
        using var file = OpenNew(FileFlags.O_RDONLY);
        File.SetLastWriteTimeUtc(Path, DateTime.UnixEpoch);
        var failed = await Assert.ThrowsAsync<RestoreException>(() => Pass(file, () =>
        {
            File.WriteAllText(Path + "2", "CONTENTS");
            File.Move(Path + "2", Path, overwrite: true);
        }));
        Assert.Contains("it was replaced", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_modified_in_place_is_refused()
    {
        using var file = OpenNew(FileFlags.O_RDONLY);
        File.SetLastWriteTimeUtc(Path, DateTime.UnixEpoch);
        var failed = await Assert.ThrowsAsync<RestoreException>(() => Pass(file, () => File.WriteAllText(Path, "CONTENTS")));
        Assert.Contains("it was modified", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_with_the_same_time_is_the_file()
    {
        using var file = OpenNew(FileFlags.O_RDONLY);
        using var again = await Pass(file, () =>
        {
            var time = File.GetLastWriteTimeUtc(Path);
            File.WriteAllText(Path + "2", "contents");
            File.Move(Path + "2", Path, overwrite: true);
            using var touch = System.Diagnostics.Process.Start("touch", ["-d", $"@{Kernel.Status(file).ModifiedNanoseconds / 1e9m:F9}", Path]);
            touch.WaitForExit();
        });
        Assert.NotEqual(Kernel.Status(file).Inode, Kernel.Status(again).Inode);
    }

    [Fact]
    public async Task A_file_opened_for_appending_may_grow()
    {
        using var reader = OpenNew(FileFlags.O_RDONLY);
        using var writer = Kernel.Open(Path, FileFlags.O_WRONLY | FileFlags.O_APPEND);
        var trip = new RoundTrip();
        var node = handler.Collect(new OwnFile(reader), trip);
        Assert.Same(node, handler.Collect(new OwnFile(writer), trip));
        File.AppendAllText(Path, "more");
        using (await trip.Pass(handler, node))
        {
        }

        File.WriteAllText(Path, "less");
        await Assert.ThrowsAsync<RestoreException>(() => trip.Pass(handler, node));
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("/*/a file*name", true)]
    [InlineData("/*/A FILE*name", false)]
    [InlineData("a file*", false)]
    public async Task A_changed_file_passes_where_a_pattern_allows_it(string pattern, bool passes)
    {
        using var file = OpenNew(FileFlags.O_RDONLY);
        var trip = new RoundTrip(("allow-changed-file", "/nothing"), ("allow-changed-file", pattern));
        var node = handler.Collect(new OwnFile(file), trip);
        File.AppendAllText(Path, "more");
        var restore = () => trip.Pass(handler, node);
        if (passes)
        {
            (await restore()).Dispose();
        }
        else
        {
            await Assert.ThrowsAsync<RestoreException>(restore);
        }
    }

    [Fact]
    public async Task A_file_that_became_a_directory_is_refused_whatever_is_allowed()
    {
        using var file = OpenNew(FileFlags.O_RDONLY);
        var trip = new RoundTrip(("allow-changed-file", "*"));
        var node = handler.Collect(new OwnFile(file), trip);
        File.Delete(Path);
        Directory.CreateDirectory(Path);
        await Assert.ThrowsAsync<RestoreException>(() => trip.Pass(handler, node));
    }

    [Fact]
    public void A_relative_path_in_an_image_is_refused()
    {
        var fields = new Fields { ["path"] = "etc/passwd" };
        Assert.Equal("path", Assert.Throws<FieldException>(() => handler.Restore(handler.ObjectTypes[0], fields, new RoundTrip())).Key);
    }

    private static void Link(string path, string other)
    {
        using var linked = System.Diagnostics.Process.Start("ln", [path, other]);
        linked.WaitForExit();
    }

    private SafeFileHandle OpenNew(int flags)
    {
        if ((flags & FileFlags.O_CREAT) == 0)
        {
            File.WriteAllText(Path, "contents");
            return Kernel.Open(Path, flags);
        }

        var file = Kernel.Open(Path, flags, 0x180);
        Kernel.Write(file, "contents"u8);
        return file;
    }

    private async Task<SafeFileHandle> Pass(SafeFileHandle file, Action? meanwhile = null)
    {
        var own = new OwnFile(file);
        Assert.True(handler.Claims(own));
        var trip = new RoundTrip();
        var node = handler.Collect(own, trip);
        meanwhile?.Invoke();
        using var restored = await trip.Pass(handler, node);
        return handler.Open(restored, own.State(), trip);
    }

    private void AssertUnclaimed(SafeFileHandle file, string reason)
    {
        var own = new OwnFile(file);
        Assert.False(handler.Claims(own));
        Assert.Contains(reason, handler.Explain(own)!.Reason, StringComparison.Ordinal);
        Assert.Contains(reason, Assert.Throws<DeniedException>(() => Built.Catalog().ClaimFor(own)).Message, StringComparison.Ordinal);
    }
}
