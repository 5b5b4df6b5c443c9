using System.Runtime.InteropServices;
using CrStream.Abstractions;

namespace CrStream.Linux.Processes;

/// <summary>Reads clocks; see clock_gettime(2).</summary>
public static unsafe partial class Clocks
{
    private const int CLOCK_MONOTONIC_COARSE = 6;

    /// <summary>CLOCK_MONOTONIC.</summary>
    public const int CLOCK_MONOTONIC = 1;

    /// <summary>The length of the kernel's tick (CONFIG_HZ), in nanoseconds: the resolution of the coarse clocks.</summary>
    public static long Tick { get; } = Resolution(CLOCK_MONOTONIC_COARSE);

    /// <summary>The time of a clock, in nanoseconds.</summary>
    public static long Now(int clock)
    {
        Timespec time;
        return clock_gettime(clock, &time) == 0
            ? (time.Seconds * 1_000_000_000) + time.Nanoseconds
            : throw new KernelException("clock_gettime", Marshal.GetLastPInvokeError(), $"of clock {clock}");
    }

    private static long Resolution(int clock)
    {
        Timespec time;
        return clock_getres(clock, &time) == 0 ? time.Nanoseconds : throw new KernelException("clock_getres", Marshal.GetLastPInvokeError(), $"of clock {clock}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_getres(int clock, Timespec* time);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, Timespec* time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
