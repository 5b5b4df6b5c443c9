using System.Text;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Tests.Proc;

public sealed class PosixTimerTests
{
    [Fact]
    public void Timers_of_a_captured_text_are_read()
        => Assert.Equal(
            [
                new PosixTimer(2, 34, 0xdeadbeef, TimerNotify.Signal, true, 6753, -2),
                new PosixTimer(1, 10, 0xdeadbeef, TimerNotify.None, false, 6753, 0),
                new PosixTimer(0, 10, 0xdeadbeef, TimerNotify.Signal, false, 6753, 1),
            ],
            PosixTimer.Parse(Samples.Read("timers")));

    [Fact]
    public void A_process_without_timers_has_none() => Assert.Empty(PosixTimer.Parse([]));

    [Fact]
    public void A_thread_notification_is_read()
        => Assert.Equal(
            TimerNotify.Thread,
            Assert.Single(PosixTimer.Parse("ID: 0\nsignal: 64/ffffffffffffffff\nnotify: thread/pid.0\nClockID: 11\n"u8)).Notify);

    [Theory]
    [InlineData("ID: x\n")]
    [InlineData("ID: 0\nsignal: 64\n")]
    [InlineData("ID: 0\nsignal: 64/0\nnotify: pigeon/pid.0\nClockID: 1\n")]
    [InlineData("ID: 0\nsignal: 64/0\nnotify: none/gid.0\nClockID: 1\n")]
    [InlineData("ID: 0\nsignal: 64/0\nnotify: none/pid.0\n")]
    public void Text_that_is_no_timer_is_refused(string text)
        => Assert.Throws<ProcFormatException>(() => PosixTimer.Parse(Encoding.ASCII.GetBytes(text)));
}
