using System.Globalization;

namespace CrStream.EventFiles.TimerFd;

/// <summary>All that a timer file is, as its fdinfo has it (fs/timerfd.c, timerfd_show).</summary>
/// <param name="Clock">CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME or an alarm clock.</param>
/// <param name="Flags">TFD_TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET, as it was set.</param>
/// <param name="Ticks">Expiries that were not read yet.</param>
/// <param name="Value">Nanoseconds until the next expiry; 0 for none, or for one that is due.</param>
/// <param name="Interval">Nanoseconds from each to the next, 0 for once.</param>
internal sealed record TimerFdState(int Clock, int Flags, ulong Ticks, long Value, long Interval)
{
    internal const int TFD_TIMER_ABSTIME = 1;

    private const long Second = 1_000_000_000;

    internal bool IsAbsolute => (Flags & TFD_TIMER_ABSTIME) != 0;

    /// <summary>It will expire. One with an interval stands still from an expiry on until that is read.</summary>
    internal bool IsArmed => Value > 0 || StandsStill;

    /// <summary>How many expiries there were by now, and when the next is, will be known only when it is asked for.</summary>
    internal bool StandsStill => Value == 0 && Interval > 0 && Ticks > 0;

    /// <summary>Whether it has run out since an earlier look, while the kernel has not counted that yet.</summary>
    internal bool IsBetweenExpiryAndTick(TimerFdState earlier) => Value == 0 && Ticks == 0 && earlier.Value > 0;

    internal static TimerFdState Parse(string fdInfo) => new(
        (int)FdInfoText.Require(fdInfo, "clockid", FdInfoText.Decimal),
        FdInfoText.Require(fdInfo, "settime flags", text => Convert.ToInt32(text, 8)),
        FdInfoText.Require(fdInfo, "ticks", text => ulong.Parse(text, CultureInfo.InvariantCulture)),
        FdInfoText.Require(fdInfo, "it_value", Time),
        FdInfoText.Require(fdInfo, "it_interval", Time));

    /// <summary>Reads <c>(seconds, nanoseconds)</c>.</summary>
    private static long Time(string text) => text.Trim('(', ')').Split(", ") is [var seconds, var nanoseconds]
        ? checked((FdInfoText.Decimal(seconds) * Second) + FdInfoText.Decimal(nanoseconds))
        : throw new FormatException();
}
