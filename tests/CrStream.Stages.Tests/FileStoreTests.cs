using CrStream.Abstractions;
using CrStream.Engine;
using CrStream.FileStore;

namespace CrStream.Stages.Tests;

public sealed class FileStoreTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("crstream-store-").FullName;
    private readonly FileStore.FileStore store = new();

    private string Target => Path.Join(directory, "image.crs");

    private IEnumerable<string?> Names => Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName);

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("file://")]
    public async Task An_image_appears_at_the_commit_and_is_read_again(string scheme)
    {
        await using (var sink = await CreateAsync(scheme + Target))
        {
            await sink.WriteAsync(new byte[] { 1, 2, 3 }, default);
            Assert.False(File.Exists(Target));
            var partial = Assert.Single(Names);
            Assert.Matches(@"^\.image\.crs\.crstream-partial-[0-9a-f]{16}$", partial);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Join(directory, partial)));
            await sink.CommitAsync(default);
        }

        Assert.Equal(["image.crs"], Names);
        await using var source = await store.OpenAsync(scheme + Target, Settings.None, default);
        var buffer = new byte[10];
        Assert.Equal(3, await source.ReadAsync(buffer, default));
        Assert.Equal([1, 2, 3], buffer[..3]);
        Assert.Equal(0, await source.ReadAsync(buffer, default));
    }

    [Fact]
    public async Task Without_a_commit_nothing_is_left_and_the_old_file_stays()
    {
        await File.WriteAllTextAsync(Target, "old");
        await using (var sink = await CreateAsync(Target)) await sink.WriteAsync(new byte[100], default);
        Assert.Equal(["image.crs"], Names);
        Assert.Equal("old", await File.ReadAllTextAsync(Target));
    }

    [Fact]
    public async Task A_commit_replaces_what_was_there_even_if_it_is_read_only()
    {
        await File.WriteAllTextAsync(Target, "old");
        File.SetUnixFileMode(Target, UnixFileMode.UserRead);
        await WriteAsync(Target, "new"u8.ToArray());
        Assert.Equal("new", await File.ReadAllTextAsync(Target));
        Assert.Equal(["image.crs"], Names);
    }

    [Fact]
    public async Task A_symbolic_link_stays_and_its_file_is_replaced()
    {
        var real = Path.Join(directory, "real");
        await File.WriteAllTextAsync(real, "old");
        File.CreateSymbolicLink(Target, real);
        await WriteAsync(Target, "new"u8.ToArray());
        Assert.Equal(real, new FileInfo(Target).LinkTarget);
        Assert.Equal("new", await File.ReadAllTextAsync(real));
    }

    [Fact]
    public async Task A_name_as_long_as_names_may_be_works()
    {
        var path = Path.Join(directory, new string('x', 255));
        await WriteAsync(path, [1]);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task Devices_are_written_as_they_are()
    {
        await WriteAsync("/dev/null", new byte[1000]);
        Assert.Equal("/dev/null", Assert.Single(Directory.GetFiles("/dev", "*null*")));
        var error = await Assert.ThrowsAsync<StoreException>(() => WriteAsync("/dev/full", new byte[1000]));
        Assert.Contains("/dev/full", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fifo_is_written_as_it_is()
    {
        using var command = new Command();
        var fifo = command.Path("fifo");
        await command.RunAsync("mkfifo", fifo);
        var reading = command.RunAsync("sh", "-c", "cat fifo > copy");
        await WriteAsync(fifo, "through"u8.ToArray()).WaitAsync(StageRun.Limit);
        await reading;
        Assert.Equal("through"u8.ToArray(), command.Read("copy"));
    }

    [Fact]
    public async Task Places_that_cannot_be_written_or_read_are_named()
    {
        foreach (var path in new[] { Path.Join(directory, "no", "image"), directory })
        {
            var error = await Assert.ThrowsAsync<StoreException>(() => CreateAsync(path).AsTask());
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }

        var missing = await Assert.ThrowsAsync<StoreException>(() => store.OpenAsync(Target, Settings.None, default).AsTask());
        Assert.Contains(Target, missing.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreException>(() => store.OpenAsync("file://elsewhere/image", Settings.None, default).AsTask());
    }

    [Fact]
    public void The_standard_streams_are_a_store()
    {
        Assert.Equal(["stdio"], new StandardStreamStore().Schemes);
        Assert.Equal(["file"], store.Schemes);
    }

    private async Task WriteAsync(string path, byte[] bytes)
    {
        await using var sink = await CreateAsync(path);
        await sink.WriteAsync(bytes, default);
        await sink.CommitAsync(default);
    }

    private ValueTask<IImageSink> CreateAsync(string uri) => store.CreateAsync(uri, Settings.None, default);
}
