using CrStream.Abstractions;

namespace CrStream.EventFiles.TimerFd;

/// <summary>What the image says of a timer file.</summary>
/// <param name="Clock">Its clock.</param>
/// <param name="Flags">With which it was set.</param>
/// <param name="Ticks">Expiries that were not read yet.</param>
/// <param name="Interval">In nanoseconds, 0 for once.</param>
/// <param name="Expires">The next expiry in nanoseconds: a time of the clock with TFD_TIMER_ABSTIME, else counted from the checkpoint; null for none.</param>
internal sealed record TimerFdRecord(int Clock, int Flags, ulong Ticks, long Interval, long? Expires)
{
    private const int KnownFlags = 3;

    internal Fields Write() => new Fields
    {
        ["clock"] = Clock,
        ["flags"] = Flags,
        ["ticks"] = Ticks,
        ["interval"] = Interval,
    }.AddIfAny("expires", Expires is null ? null : (Value)Expires.Value);

    internal static TimerFdRecord Read(Fields fields) => new(
        fields.Int32("clock"),
        fields.Int32("flags") is >= 0 and <= KnownFlags and var flags ? flags : throw new FieldException("flags", "has some that this version does not know"),
        fields.UInt64("ticks"),
        fields.Int64("interval") is >= 0 and var interval ? interval : throw new FieldException("interval", "is negative"),
        fields.Find("expires") is null ? null : fields.Int64("expires") is > 0 and var expires ? expires : throw new FieldException("expires", "is not above zero"));
}
