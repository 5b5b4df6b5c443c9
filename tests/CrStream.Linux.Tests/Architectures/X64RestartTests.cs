using CrStream.Abstractions;
using CrStream.Linux.Architectures.X64;

namespace CrStream.Linux.Tests.Architectures;

public sealed class X64RestartTests
{
    private const long Rip = 0x401000;
    private const long Eintr = -ErrorNumber.EINTR;
    private const long RestartSyscall = 219;

    /// <summary>arch/x86/kernel/signal.c: what stands in rax and how far rip goes back, without a signal and with one.</summary>
    [Theory]
    [InlineData(0, -512, false, 0, -2)] // read: ERESTARTSYS
    [InlineData(0, -512, true, 0, -2)]
    [InlineData(202, -513, false, 202, -2)] // futex: ERESTARTNOINTR
    [InlineData(202, -513, true, 202, -2)]
    [InlineData(34, -514, false, 34, -2)] // pause: ERESTARTNOHAND
    [InlineData(34, -514, true, Eintr, 0)]
    [InlineData(35, -516, false, RestartSyscall, -2)] // nanosleep: ERESTART_RESTARTBLOCK
    [InlineData(35, -516, true, Eintr, 0)]
    [InlineData(219, -516, false, RestartSyscall, -2)] // interrupted once more
    [InlineData(39, 4711, false, 4711, 0)] // getpid is done
    [InlineData(0, -4, false, Eintr, 0)] // EINTR stands
    [InlineData(0, -515, false, -515, 0)] // ENOIOCTLCMD is none of the restart codes
    [InlineData(-1, -512, false, -512, 0)] // not in a call: rax belongs to the program
    [InlineData(-1, -516, true, -516, 0)]
    public void A_task_that_leaves_in_user_mode_does_what_the_kernel_would_have_done(long call, long result, bool signalWaits, long rax, int step)
    {
        var found = new X64Registers(new byte[X64Registers.Length]) { SystemCallNumber = call, Result = result, Rip = Rip, Rdi = 42, Rsp = 7 };
        var before = (byte[])found.Raw.Clone();
        var user = X64Restart.ForUserMode(found, signalWaits);
        Assert.Equal(rax, user.Result);
        Assert.Equal((ulong)(Rip + step), user.Rip);
        Assert.Equal(-1, user.SystemCallNumber);
        Assert.Equal((42UL, 7UL), (user.Rdi, user.Rsp));
        Assert.Equal(before, found.Raw);
    }

    [Theory]
    [InlineData(232, Eintr, true)] // epoll_wait
    [InlineData(281, Eintr, true)] // epoll_pwait
    [InlineData(441, Eintr, true)] // epoll_pwait2
    [InlineData(128, Eintr, true)] // rt_sigtimedwait
    [InlineData(65, Eintr, true)] // semop
    [InlineData(220, Eintr, true)] // semtimedop
    [InlineData(45, Eintr, true)] // recvfrom
    [InlineData(232, 0, false)] // no event: the program gets it
    [InlineData(232, 3, false)]
    [InlineData(232, -512, false)]
    [InlineData(34, Eintr, false)] // pause ends with EINTR only behind a handler
    [InlineData(35, Eintr, false)] // nanosleep likewise
    [InlineData(-1, Eintr, false)] // not in a call
    public void Calls_that_a_freeze_has_ended_are_made_again(long call, long result, bool mended)
    {
        var registers = new X64Registers(new byte[X64Registers.Length]) { SystemCallNumber = call, Result = result, Rip = Rip };
        Assert.Equal(mended, X64Restart.MendInterruptedCall(registers));
        Assert.Equal(mended ? (call, (ulong)Rip - 2, -1L) : (result, (ulong)Rip, call), (registers.Result, registers.Rip, registers.SystemCallNumber));
    }

    [Theory]
    [InlineData(232, 5000, 1_000_001, 2)]
    [InlineData(281, 5000, 0, 0)]
    [InlineData(232, 5000, 9_000_000_000, 5000)]
    [InlineData(232, -1, 1_000_000, -1)]
    [InlineData(441, 5000, 1_000_000, 5000)] // epoll_pwait2 has the address of its limit there
    public void A_mended_wait_gets_the_time_that_is_left(long call, int limit, long left, int expected)
    {
        var registers = new X64Registers(new byte[X64Registers.Length]) { SystemCallNumber = call, Result = Eintr, Rip = Rip, R10 = (uint)limit };
        Assert.True(X64Restart.MendInterruptedCall(registers));
        Assert.Equal(expected != limit, X64Restart.ShortenMendedCall(registers, left));
        Assert.Equal(expected, (int)registers.R10);
    }
}
