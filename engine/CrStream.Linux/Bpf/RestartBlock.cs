namespace CrStream.Linux.Bpf;

/// <summary>
/// How a system call with a time limit goes on after an interruption (struct restart_block of
/// include/linux/restart_block.h). It means something only for a thread whose result register is
/// -ERESTART_RESTARTBLOCK (-516): what stands there otherwise is left from an earlier call. All times are the first
/// time namespace's, which is the one of this process unless it was put into another.
/// </summary>
/// <param name="Function">The kernel function that goes on, by name; hexadecimal where the kernel knows no names.</param>
/// <param name="Raw">The structure's bytes.</param>
public abstract record RestartBlock(string Function, ReadOnlyMemory<byte> Raw);

/// <summary>Nothing goes on: the call ends with EINTR (do_no_restart_syscall).</summary>
public sealed record NoRestart(string Function, ReadOnlyMemory<byte> Raw) : RestartBlock(Function, Raw);

/// <summary>A function that this version does not know.</summary>
public sealed record UnknownRestart(string Function, ReadOnlyMemory<byte> Raw) : RestartBlock(Function, Raw);

/// <summary>A sleep with nanosleep(2), or a relative one with clock_nanosleep(2).</summary>
/// <param name="Function">The kernel function that goes on.</param>
/// <param name="Raw">The structure's bytes.</param>
/// <param name="Kind">What wakes it.</param>
/// <param name="Clock">
/// The clock that <paramref name="Expires"/> is on, as in clock_gettime(2). A relative sleep on CLOCK_REALTIME is on
/// CLOCK_MONOTONIC here, since setting the clock must not change its length. A processor clock is negative, also where
/// the caller named CLOCK_PROCESS_CPUTIME_ID (include/linux/posix-timers_types.h); clock_nanosleep(2) takes it so.
/// </param>
/// <param name="Expires">When it ends, absolute, in nanoseconds on <paramref name="Clock"/>.</param>
/// <param name="RemainderKind">What stands at <paramref name="Remainder"/> (enum timespec_type).</param>
/// <param name="Remainder">Where the caller wants the time that is left, if it is interrupted by a signal; 0 for nowhere.</param>
public sealed record SleepRestart(
    string Function,
    ReadOnlyMemory<byte> Raw,
    SleepKind Kind,
    int Clock,
    long Expires,
    TimespecKind RemainderKind,
    ulong Remainder) : RestartBlock(Function, Raw);

/// <summary>poll(2) with a time limit or without.</summary>
/// <param name="Function">The kernel function that goes on.</param>
/// <param name="Raw">The structure's bytes.</param>
/// <param name="Descriptors">The caller's array of struct pollfd.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Expires">When it ends, absolute, in nanoseconds on CLOCK_MONOTONIC; null for never.</param>
public sealed record PollRestart(
    string Function,
    ReadOnlyMemory<byte> Raw,
    ulong Descriptors,
    uint Count,
    long? Expires) : RestartBlock(Function, Raw);

/// <summary>futex(2), FUTEX_WAIT or FUTEX_WAIT_BITSET with a time limit.</summary>
/// <param name="Function">The kernel function that goes on.</param>
/// <param name="Raw">The structure's bytes.</param>
/// <param name="Address">The futex.</param>
/// <param name="Value">What it must hold for the wait to go on.</param>
/// <param name="Bitset">Which wakers are meant; all bits for FUTEX_WAIT.</param>
/// <param name="Flags">The kernel's own flags (kernel/futex/futex.h), which changed between versions.</param>
/// <param name="IsShared">Whether other processes may wake it (no FUTEX_PRIVATE_FLAG).</param>
/// <param name="IsRealtime">Whether <paramref name="Expires"/> is on CLOCK_REALTIME; else CLOCK_MONOTONIC.</param>
/// <param name="Expires">When it ends, absolute, in nanoseconds.</param>
public sealed record FutexRestart(
    string Function,
    ReadOnlyMemory<byte> Raw,
    ulong Address,
    uint Value,
    uint Bitset,
    uint Flags,
    bool IsShared,
    bool IsRealtime,
    long Expires) : RestartBlock(Function, Raw);

/// <summary>What wakes a sleeper.</summary>
public enum SleepKind
{
    /// <summary>A high-resolution timer (hrtimer_nanosleep_restart).</summary>
    Timer,

    /// <summary>An alarm timer, on CLOCK_REALTIME_ALARM or CLOCK_BOOTTIME_ALARM (alarm_timer_nsleep_restart).</summary>
    Alarm,

    /// <summary>A processor clock of a process or thread (posix_cpu_nsleep_restart).</summary>
    ProcessorTime,
}

/// <summary>enum timespec_type of include/linux/restart_block.h.</summary>
public enum TimespecKind
{
    /// <summary>Nothing is wanted.</summary>
    TT_NONE = 0,

    /// <summary>struct __kernel_timespec.</summary>
    TT_NATIVE = 1,

    /// <summary>struct old_timespec32, of a 32-bit program.</summary>
    TT_COMPAT = 2,
}
