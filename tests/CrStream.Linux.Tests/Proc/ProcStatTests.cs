using System.Text;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Tests.Proc;

public sealed class ProcStatTests
{
    [Fact]
    public void A_name_with_parentheses_newline_and_bytes_that_are_no_text_ends_at_the_last_parenthesis()
    {
        var stat = ProcStat.Parse(Samples.Read("stat"));

        Assert.Equal([(byte)'a', .. ") b\n(\\"u8, 0xff, .. " x"u8], stat.Comm.Bytes.ToArray());
        Assert.Null(stat.Comm.Text);
        Assert.Equal(@"a) b\x0a(\\xff x", stat.Comm.ToString());
        Assert.Equal(6753, stat.Pid);
        Assert.Equal('S', stat.State);
        Assert.Equal(1, stat.ParentPid);
        Assert.Equal(6743, stat.ProcessGroup);
        Assert.Equal(2775, stat.Session);
        Assert.Equal(0, stat.Terminal);
        Assert.Equal(-1, stat.TerminalForegroundGroup);
        Assert.Equal(4194304u, stat.Flags);
        Assert.Equal(2, stat.Threads);
        Assert.Equal(117570ul, stat.StartTime);
        Assert.Equal(11112448ul, stat.VirtualSize);
        Assert.Equal((94709022162944ul, 94709022164853ul), stat.Code);
        Assert.Equal(140727779067552ul, stat.StackStart);
        Assert.Equal(17, stat.ExitSignal);
        Assert.Equal((94709022174672ul, 94709022175456ul), stat.Data);
        Assert.Equal(94709799067648ul, stat.BreakStart);
        Assert.Equal((140727779076408ul, 140727779076414ul), stat.Arguments);
        Assert.Equal((140727779076414ul, 140727779078130ul), stat.Environment);
        Assert.Equal(0, stat.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12 (cat")]
    [InlineData("12 (cat) S 1 2 3")]
    [InlineData("x (cat) S 1 2 3")]
    public void Text_that_is_no_stat_is_refused(string text)
        => Assert.Throws<ProcFormatException>(() => ProcStat.Parse(Encoding.ASCII.GetBytes(text)));
}
