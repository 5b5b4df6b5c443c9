using System.Buffers.Binary;

namespace CrStream.Linux.Bpf;

/// <summary>
/// Decodes a struct restart_block by the function in it: which member of its union holds is known by that alone. The
/// system call's number is none to go by, since it is restart_syscall's after an earlier interruption.
/// </summary>
internal sealed class RestartBlockLayout(Btf types)
{
    private const uint CLOCK_REALTIME_ALARM = 8;
    private const uint CLOCK_BOOTTIME_ALARM = 9;
    private const uint ALARM_REALTIME = 0;
    private const long NSEC_PER_SEC = 1_000_000_000;

    private readonly BtfMember _sleepClock = types.Member("restart_block.nanosleep.clockid");
    private readonly BtfMember _sleepRemainderKind = types.Member("restart_block.nanosleep.type");
    private readonly BtfMember _sleepRemainder = types.Member("restart_block.nanosleep.rmtp");
    private readonly BtfMember _sleepExpires = types.Member("restart_block.nanosleep.expires");
    private readonly BtfMember _futexAddress = types.Member("restart_block.futex.uaddr");
    private readonly BtfMember _futexValue = types.Member("restart_block.futex.val");
    private readonly BtfMember _futexFlags = types.Member("restart_block.futex.flags");
    private readonly BtfMember _futexBitset = types.Member("restart_block.futex.bitset");
    private readonly BtfMember _futexTime = types.Member("restart_block.futex.time");
    private readonly BtfMember _pollDescriptors = types.Member("restart_block.poll.ufds");
    private readonly BtfMember _pollCount = types.Member("restart_block.poll.nfds");
    private readonly BtfMember _pollHasTimeout = types.Member("restart_block.poll.has_timeout");
    private readonly BtfMember _pollSeconds = Either(types, "restart_block.poll.tv_sec", "restart_block.poll.end_time.tv_sec");
    private readonly BtfMember _pollNanoseconds = Either(types, "restart_block.poll.tv_nsec", "restart_block.poll.end_time.tv_nsec");

    /// <summary>The structure's bytes and the name of the function in it.</summary>
    public RestartBlock Decode(ReadOnlyMemory<byte> raw, string function) => function switch
    {
        "do_no_restart_syscall" => new NoRestart(function, raw),
        "hrtimer_nanosleep_restart" => Sleep(raw, function, SleepKind.Timer),
        "alarm_timer_nsleep_restart" => Sleep(raw, function, SleepKind.Alarm),
        "posix_cpu_nsleep_restart" => Sleep(raw, function, SleepKind.ProcessorTime),
        "do_restart_poll" => Poll(raw, function),
        "futex_wait_restart" => Futex(raw, function),
        _ => new UnknownRestart(function, raw),
    };

    private SleepRestart Sleep(ReadOnlyMemory<byte> raw, string function, SleepKind kind)
    {
        // An alarm's clockid is an enum alarmtimer_type (alarm_timer_nsleep() of kernel/time/alarmtimer.c).
        uint clock = (uint)Get(raw, _sleepClock);
        if (kind == SleepKind.Alarm)
            clock = clock == ALARM_REALTIME ? CLOCK_REALTIME_ALARM : CLOCK_BOOTTIME_ALARM;

        return new SleepRestart(
            function,
            raw,
            kind,
            (int)clock,
            (long)Get(raw, _sleepExpires),
            (TimespecKind)Get(raw, _sleepRemainderKind),
            Get(raw, _sleepRemainder));
    }

    private PollRestart Poll(ReadOnlyMemory<byte> raw, string function) => new(
        function,
        raw,
        Get(raw, _pollDescriptors),
        (uint)Get(raw, _pollCount),
        Get(raw, _pollHasTimeout) == 0
            ? null
            : (long)Get(raw, _pollSeconds) * NSEC_PER_SEC + (long)Get(raw, _pollNanoseconds));

    private FutexRestart Futex(ReadOnlyMemory<byte> raw, string function)
    {
        // A restart has FLAGS_HAS_TIMEOUT always: 0x40 since 6.7 (with FLAGS_SHARED 0x10, FLAGS_CLOCKRT 0x20), 0x04
        // before (0x01, 0x02). So the flags themselves tell which kernel's they are.
        uint flags = (uint)Get(raw, _futexFlags);
        (uint shared, uint realtime) = (flags & 0x40) != 0 ? (0x10u, 0x20u) : (0x01u, 0x02u);
        return new FutexRestart(
            function,
            raw,
            Get(raw, _futexAddress),
            (uint)Get(raw, _futexValue),
            (uint)Get(raw, _futexBitset),
            flags,
            (flags & shared) != 0,
            (flags & realtime) != 0,
            (long)Get(raw, _futexTime));
    }

    private static BtfMember Either(Btf types, string path, string otherPath) =>
        types.FindMember(path) ?? types.Member(otherPath);

    private static ulong Get(ReadOnlyMemory<byte> raw, BtfMember member)
    {
        ReadOnlySpan<byte> at = raw.Span[member.Offset..];
        return member.Size == sizeof(uint)
            ? BinaryPrimitives.ReadUInt32LittleEndian(at)
            : BinaryPrimitives.ReadUInt64LittleEndian(at);
    }
}
