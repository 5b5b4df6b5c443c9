using System.Text;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Tests.Proc;

public sealed class ProcStatusTests
{
    [Fact]
    public void All_values_of_a_captured_status_are_read()
    {
        var status = ProcStatus.Parse(Samples.Read("status"));

        Assert.Equal([(byte)'a', .. ") b\n(\\"u8, 0xff, .. " x"u8], status.Name.Bytes.ToArray());
        Assert.Equal(18u, status.Umask);
        Assert.Equal('S', status.State);
        Assert.Equal(6753, status.Tgid);
        Assert.Equal(6753, status.Pid);
        Assert.Equal(1, status.PPid);
        Assert.Equal(0, status.TracerPid);
        Assert.Equal(new TaskIds(0, 0, 0, 0), status.Uid);
        Assert.Empty(status.Groups);
        Assert.Equal([6753], status.NSpid);
        Assert.Equal(2, status.Threads);
        Assert.Equal(0x1fffeffffffUL, status.CapEff);
        Assert.Equal(0ul, status.CapAmb);
        Assert.Equal(0, status.Seccomp);
        Assert.Equal(0, status.SeccompFilters);
        Assert.True(status.ThpEnabled);
        Assert.Equal((64UL << 10, 176UL << 10, 0UL), (status.VmLck, status.RssAnon, status.VmSwap));
        Assert.False(status.NoNewPrivs);
        Assert.False(status.CoreDumping);
    }

    [Fact]
    public void Ids_groups_masks_and_name_are_told_apart()
    {
        var text = Encoding.ASCII.GetString(Samples.Read("status"))
            .Replace("Uid:\t0\t0\t0\t0", "Uid:\t1\t2\t3\t4294967294")
            .Replace("Gid:\t0\t0\t0\t0", "Gid:\t5\t6\t7\t8")
            .Replace("Groups:\t \n", "Groups:\t4 24 27 \n")
            .Replace("NSpid:\t6753", "NSpid:\t6753\t12\t1")
            .Replace("NStgid:\t6753", "NStgid:\t6752\t11\t1")
            .Replace("SigBlk:\t0000000000000000", "SigBlk:\tfffffffe7ffbfeff")
            .Replace("Umask:\t0022\n", string.Empty)
            .Replace("THP_enabled:\t1\n", string.Empty)
            .Replace("NoNewPrivs:\t0", "NoNewPrivs:\t1");

        var status = ProcStatus.Parse(Encoding.ASCII.GetBytes(text));

        Assert.Equal(new TaskIds(1, 2, 3, 4294967294), status.Uid);
        Assert.Equal(new TaskIds(5, 6, 7, 8), status.Gid);
        Assert.Equal([4u, 24u, 27u], status.Groups);
        Assert.Equal([6753, 12, 1], status.NSpid);
        Assert.Equal([6752, 11, 1], status.NStgid);
        Assert.Equal(0xfffffffe7ffbfeffUL, status.SigBlk);
        Assert.Null(status.Umask);
        Assert.Null(status.ThpEnabled);
        Assert.True(status.NoNewPrivs);
    }

    [Fact]
    public void A_status_without_a_required_line_is_refused_by_its_name()
    {
        var text = Encoding.ASCII.GetString(Samples.Read("status")).Replace("SigCgt:", "SigXyz:");

        var error = Assert.Throws<ProcFormatException>(() => ProcStatus.Parse(Encoding.ASCII.GetBytes(text)));

        Assert.Contains("SigCgt:", error.Message);
    }
}
