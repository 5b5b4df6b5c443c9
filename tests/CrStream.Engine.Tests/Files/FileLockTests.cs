using CrStream.Abstractions;
using CrStream.Engine.Files;

namespace CrStream.Engine.Tests.Files;

/// <summary>The lines are as Linux 6.18 prints them in /proc/PID/fdinfo.</summary>
public sealed class FileLockTests
{
    [Theory]
    [InlineData("lock:\t1: POSIX  ADVISORY  WRITE 4190 fe:00:11666931 1073741825 1073741825", "POSIX", true, 1073741825, 1)]
    [InlineData("lock:\t2: POSIX  ADVISORY  READ 4190 fe:00:11666931 1073741826 1073742335", "POSIX", false, 1073741826, 510)]
    [InlineData("lock:\t1: FLOCK  ADVISORY  WRITE 4708 fe:00:11657217 0 EOF", "FLOCK", true, 0, 0)]
    [InlineData("lock:\t3: OFDLCK ADVISORY  WRITE -1 fe:00:11657239 100 EOF", "OFDLCK", true, 100, 0)]
    [InlineData("lock:\t1: LEASE  ACTIVE    READ 88 fe:00:11657239 0 EOF", "LEASE", false, 0, 0)]
    public void A_line_of_fdinfo_tells_a_lock(string line, string kind, bool write, long start, long length) =>
        Assert.Equal([new FileLock(kind, write, start, length)], FileLock.Parse(["eventfd-count: 1", line], "fd 3 of 4190"));

    [Theory]
    [InlineData("lock:\t1: LEASE  BREAKING  READ 88 fe:00:11657239 0 EOF")]
    [InlineData("lock:\t1: DELEG  ACTIVE    READ 88 fe:00:11657239 0 EOF")]
    [InlineData("lock:\t1: POSIX  ADVISORY  WRITE")]
    public void A_lock_of_another_kind_is_denied_by_name(string line)
    {
        var denied = Assert.Throws<DeniedException>(() => FileLock.Parse([line], "fd 3 of 4190").ToArray());
        Assert.Contains("fd 3 of 4190", denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_POSIX_lock_belongs_to_its_process()
    {
        Assert.True(new FileLock("POSIX", true, 0, 0).BelongsToProcess);
        Assert.False(new FileLock("FLOCK", true, 0, 0).BelongsToProcess);
    }
}
