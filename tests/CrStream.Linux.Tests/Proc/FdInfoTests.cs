using System.Text;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Tests.Proc;

public sealed class FdInfoTests
{
    [Fact]
    public void A_regular_file_has_offset_flags_mount_and_inode()
    {
        var info = FdInfo.Parse("pos:\t5\nflags:\t02102002\nmnt_id:\t27\nino:\t11657513\n"u8);

        Assert.Equal(5, info.Position);
        Assert.Equal(0x88402, info.Flags); // O_RDWR, O_APPEND, O_LARGEFILE, O_CLOEXEC
        Assert.Equal(27, info.MountId);
        Assert.Equal(11657513ul, info.Inode);
        Assert.True(info.IsCloseOnExec);
        Assert.Empty(info.Lines);
    }

    [Fact]
    public void The_lines_of_the_kind_of_file_stand_as_they_are()
    {
        var info = FdInfo.Parse("pos:\t0\nflags:\t04002\nmnt_id:\t17\nino:\t1038\neventfd-count:                7\neventfd-id: 1\neventfd-semaphore: 0\n"u8);

        Assert.Equal(["eventfd-count:                7", "eventfd-id: 1", "eventfd-semaphore: 0"], info.Lines);
        Assert.False(info.IsCloseOnExec);
        Assert.Equal(0x802, info.StatusFlags);
    }

    [Fact]
    public void An_old_kernel_gives_no_inode()
    {
        var info = FdInfo.Parse("pos:\t-1\nflags:\t00\nmnt_id:\t1\nlock:\t1: FLOCK  ADVISORY  WRITE 359 00:13:11691 0 EOF\n"u8);

        Assert.Null(info.Inode);
        Assert.Equal(-1, info.Position);
        Assert.Equal(["lock:\t1: FLOCK  ADVISORY  WRITE 359 00:13:11691 0 EOF"], info.Lines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pos:\tx\nflags:\t00\nmnt_id:\t1\n")]
    [InlineData("pos:\t0\nflags:\t09\nmnt_id:\t1\n")]
    [InlineData("pos:\t0\nmnt_id:\t1\n")]
    public void Text_that_is_no_fdinfo_is_refused(string text)
        => Assert.Throws<ProcFormatException>(() => FdInfo.Parse(Encoding.ASCII.GetBytes(text)));
}
