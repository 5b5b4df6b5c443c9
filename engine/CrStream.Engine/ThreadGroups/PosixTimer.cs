using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.Engine.ThreadGroups;

/// <summary>A timer of timer_create(2).</summary>
/// <param name="Id">As the kernel numbers it.</param>
/// <param name="Clock">The clock's id.</param>
/// <param name="Notify">SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD or SIGEV_THREAD_ID.</param>
/// <param name="Signal">The signal that it sends.</param>
/// <param name="SignalValue">What comes along with it (<c>sigev_value</c>).</param>
/// <param name="NotifyTid">With SIGEV_THREAD_ID, the task that gets it.</param>
/// <param name="Interval">In nanoseconds, 0 for once.</param>
/// <param name="Value">The time to the next expiry in nanoseconds, 0 where it is not armed.</param>
/// <param name="SignalIsPending">Whether its signal is waiting to be delivered: the timer itself queues it again after a restore, since no other signal counts its overruns.</param>
internal sealed record PosixTimer(int Id, int Clock, int Notify, int Signal, ulong SignalValue, int NotifyTid, long Interval, long Value, bool SignalIsPending)
{
    public const int SIGEV_THREAD_ID = 4;

    // struct sigevent (include/uapi/asm-generic/siginfo.h).
    private const int SigeventLength = 64;

    public Fields ToFields() => new()
    {
        ["timer"] = Id,
        ["clock"] = Clock,
        ["notify"] = Notify,
        ["signal"] = Signal,
        ["value"] = SignalValue,
        ["notify_tid"] = NotifyTid,
        ["interval"] = Interval,
        ["expires_in"] = Value,
        ["signal_pending"] = SignalIsPending,
    };

    public static PosixTimer From(Fields fields) => new(
        fields.Int32("timer") is >= 0 and var id ? id : throw new FieldException("timer", "is negative"),
        fields.Int32("clock"), fields.Int32("notify"), fields.Int32("signal"), fields.UInt64("value"), fields.Int32("notify_tid"),
        fields.Int64("interval"), fields.Int64("expires_in"), fields.Boolean("signal_pending"));

    /// <summary><c>struct sigevent</c>.</summary>
    public byte[] Sigevent()
    {
        var bytes = new byte[SigeventLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, SignalValue);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Signal);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), Notify);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), NotifyTid);
        return bytes;
    }
}
