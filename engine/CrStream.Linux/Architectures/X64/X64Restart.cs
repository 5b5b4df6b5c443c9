using static CrStream.Abstractions.ErrorNumber;

namespace CrStream.Linux.Architectures.X64;

/// <summary>
/// How an interrupted system call is made again (arch/x86/kernel/signal.c, arch_do_signal_or_restart). The call's
/// instruction has two bytes.
/// </summary>
internal static class X64Restart
{
    /// <summary>Restart, or EINTR when a handler without SA_RESTART runs (include/linux/errno.h).</summary>
    public const long ERESTARTSYS = 512;

    /// <summary>Restart whatever happens.</summary>
    public const long ERESTARTNOINTR = 513;

    /// <summary>Restart, or EINTR when a handler runs.</summary>
    public const long ERESTARTNOHAND = 514;

    /// <summary>Restart by restart_syscall(2), or EINTR when a handler runs.</summary>
    public const long ERESTART_RESTARTBLOCK = 516;

    private const int SyscallInstructionLength = 2;
    private const ulong RestartSyscall = 219;
    private const ulong EpollWait = 232;
    private const ulong EpollPwait = 281;

    // Calls that return EINTR when a tracer stops them. Those of the list that carry a timeout begin it anew, but for epoll_wait and epoll_pwait, see below.
    private static readonly HashSet<long> EndedByFreeze =
    [
        128, // rt_sigtimedwait
        65, // semop
        220, // semtimedop
        208, // io_getevents
        232, // epoll_wait
        281, // epoll_pwait
        441, // epoll_pwait2
        426, // io_uring_enter
        333, // io_pgetevents
        45, // recvfrom, with SO_RCVTIMEO; likewise the next ones
        47, // recvmsg
        299, // recvmmsg
        43, // accept
        288, // accept4
        44, // sendto
        46, // sendmsg
        307, // sendmmsg
        0, // read
        1, // write
        19, // readv
        20, // writev
        42, // connect
    ];

    public static X64Registers ForUserMode(X64Registers registers, bool signalWaits)
    {
        var user = (X64Registers)registers.Clone();
        if (registers.SystemCallNumber < 0)
        {
            return user;
        }

        switch (-registers.Result)
        {
            case ERESTARTNOHAND or ERESTART_RESTARTBLOCK when signalWaits:
                user.Result = -EINTR;
                break;
            case ERESTARTSYS or ERESTARTNOINTR or ERESTARTNOHAND:
                user.Rax = registers.OrigRax;
                user.Rip -= SyscallInstructionLength;
                break;
            case ERESTART_RESTARTBLOCK:
                user.Rax = RestartSyscall;
                user.Rip -= SyscallInstructionLength;
                break;
            default:
                break;
        }

        user.OrigRax = ulong.MaxValue;
        return user;
    }

    public static void RestartFromBeginning(X64Registers registers) =>
        registers.Result = registers.OrigRax == RestartSyscall ? -EINTR : -ERESTARTNOHAND;

    public static bool MendInterruptedCall(X64Registers registers)
    {
        if (registers.Result != -EINTR || !EndedByFreeze.Contains(registers.SystemCallNumber))
        {
            return false;
        }

        registers.Rax = registers.OrigRax;
        registers.Rip -= SyscallInstructionLength;
        registers.OrigRax = ulong.MaxValue;
        return true;
    }

    /// <summary>The limit is in milliseconds in r10, where the C library's functions, which set it, do not look again.</summary>
    public static bool ShortenMendedCall(X64Registers registers, long nanoseconds)
    {
        const int NanosecondsPerMillisecond = 1_000_000;
        var left = (nanoseconds + NanosecondsPerMillisecond - 1) / NanosecondsPerMillisecond;
        if (registers.Rax is not (EpollWait or EpollPwait) || (int)registers.R10 <= left)
        {
            return false;
        }

        registers.R10 = (ulong)left;
        return true;
    }
}
