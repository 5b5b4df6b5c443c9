using CrStream.Abstractions;
using CrStream.Engine.References;

namespace CrStream.Engine.Tests.References;

public sealed class LeakTests
{
    [Theory]
    [InlineData("/var/log/x", "file")]
    [InlineData("/var/log/x (deleted)", "file")]
    [InlineData("pipe:[12]", "pipe")]
    [InlineData("socket:[12]", "socket")]
    [InlineData("anon_inode:[eventfd]", "anon-inode")]
    [InlineData("/memfd:x (deleted)", "shared-memory")]
    [InlineData("/dev/zero (deleted)", "shared-memory")]
    [InlineData("/SYSV00000000 (deleted)", "shared-memory")]
    public void Kind_of_an_open_file_comes_from_where_its_descriptor_leads(string link, string kind) => Assert.Equal(kind, LeakKind.OfLink(link));

    [Fact]
    public void Kinds_that_are_allowed_are_known_ones()
    {
        Assert.Equal(["file", "mm"], LeakKind.Allowed(Allow("mm", "file")).Order());
        Assert.Contains("shared-memory", Assert.Throws<UsageException>(() => LeakKind.Allowed(Allow("all"))).Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Hint_names_the_descriptors_and_the_kind() =>
        Assert.Equal(
            "close it there, let it come from outside at the restore with --inherit-fd 1 --inherit-fd 2, or give the restored tree one of its own with --allow-leak file",
            new Leak("file", "", Advice.For("file", [(10, 2), (10, 1), (10, 2), (11, 3)], 10)).ToException().Hint);

    [Fact]
    public void Segments_are_read_from_their_table()
    {
        const string table = """
                   key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap
                     0         16  1600                  4096  4711  4711      3     0     0     0     0 1700000000          0 1700000000                  4096                     0

            """;
        Assert.Equal([new(16, 3)], SharedSegments.Parse(table));
        Assert.Empty(SharedSegments.Parse(""));
    }

    private static Settings Allow(params string[] kinds) => new(new Dictionary<string, IReadOnlyList<string>> { [LeakKind.Option] = kinds });
}
