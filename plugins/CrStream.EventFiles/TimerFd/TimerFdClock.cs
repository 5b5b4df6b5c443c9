using CrStream.Abstractions;

namespace CrStream.EventFiles.TimerFd;

/// <summary>The clocks of timers (clock_getres(2)).</summary>
internal static class TimerFdClock
{
    private const int CLOCK_REALTIME = 0;
    private const int CLOCK_BOOTTIME = 7;
    private const int CLOCK_REALTIME_ALARM = 8;
    private const int CLOCK_BOOTTIME_ALARM = 9;
    private const int TimespecLength = 16;

    /// <summary>The time of a clock, in nanoseconds.</summary>
    internal static long Now(IKernel kernel, int clock)
    {
        var program = new SyscallProgram();
        var time = program.Reserve(TimespecLength);
        program.Call(SystemCall.clock_gettime, Readable(clock), time);
        var outcome = kernel.Run(program);
        return ((long)outcome.UInt64(time) * 1_000_000_000) + (long)outcome.UInt64(time, 8);
    }

    /// <summary>An alarm clock can be read only where the machine has a clock that wakes it; its time is another clock's.</summary>
    private static int Readable(int clock) => clock switch
    {
        CLOCK_REALTIME_ALARM => CLOCK_REALTIME,
        CLOCK_BOOTTIME_ALARM => CLOCK_BOOTTIME,
        _ => clock,
    };
}
