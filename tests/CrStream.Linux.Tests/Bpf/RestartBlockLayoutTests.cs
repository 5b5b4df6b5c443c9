using System.Buffers.Binary;
using CrStream.Linux.Bpf;

namespace CrStream.Linux.Tests.Bpf;

/// <summary>What can hardly be met live: alarms, other kernels' flags, functions that are not known.</summary>
public sealed class RestartBlockLayoutTests
{
    // struct restart_block of Linux 6.18 on x86-64.
    private static readonly Btf Types = Btf.Parse(new BtfBlob()
        .Type(BtfKind.Int, "u32", 4, 0, [32])
        .Type(BtfKind.Int, "u64", 8, 0, [64])
        .Structure(BtfKind.Struct, "", 40, ("uaddr", 2, 0), ("val", 1, 64), ("flags", 1, 96), ("bitset", 1, 128), ("time", 2, 192), ("uaddr2", 2, 256))
        .Structure(BtfKind.Struct, "", 24, ("clockid", 1, 0), ("type", 1, 32), ("rmtp", 2, 64), ("expires", 2, 128))
        .Structure(BtfKind.Struct, "", 32, ("ufds", 2, 0), ("nfds", 1, 64), ("has_timeout", 1, 96), ("tv_sec", 2, 128), ("tv_nsec", 2, 192))
        .Structure(BtfKind.Union, "", 40, ("futex", 3, 0), ("nanosleep", 4, 0), ("poll", 5, 0))
        .Structure(BtfKind.Struct, "restart_block", 56, ("arch_data", 2, 0), ("fn", 2, 64), ("", 6, 128))
        .ToArray());

    private static RestartBlock Decode(string function, params (int At, ulong Value)[] cells)
    {
        byte[] raw = new byte[56];
        foreach ((int at, ulong value) in cells)
            BinaryPrimitives.WriteUInt64LittleEndian(raw.AsSpan(at), value);

        return new RestartBlockLayout(Types).Decode(raw, function);
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(1, 9)]
    public void An_alarm_names_its_type_where_others_name_a_clock(uint type, int clock)
    {
        var sleep = Assert.IsType<SleepRestart>(Decode("alarm_timer_nsleep_restart", (16, type | 1UL << 32), (24, 0x7000), (32, 123)));
        Assert.Equal((SleepKind.Alarm, clock, 123L), (sleep.Kind, sleep.Clock, sleep.Expires));
        Assert.Equal((TimespecKind.TT_NATIVE, 0x7000UL), (sleep.RemainderKind, sleep.Remainder));
    }

    [Theory]
    [InlineData(0x42, false, false)]
    [InlineData(0x52, true, false)]
    [InlineData(0x62, false, true)]
    [InlineData(0x72, true, true)]
    [InlineData(0x04, false, false)]
    [InlineData(0x05, true, false)]
    [InlineData(0x07, true, true)]
    public void A_futexs_flags_are_told_apart_by_kernel(uint flags, bool shared, bool realtime)
    {
        var futex = Assert.IsType<FutexRestart>(
            Decode("futex_wait_restart", (16, 0x6000), (24, 5 | (ulong)flags << 32), (32, 0xffff_ffff), (40, 77)));
        Assert.Equal((0x6000UL, 5u, uint.MaxValue, 77L), (futex.Address, futex.Value, futex.Bitset, futex.Expires));
        Assert.Equal((flags, shared, realtime), (futex.Flags, futex.IsShared, futex.IsRealtime));
    }

    [Fact]
    public void A_poll_without_a_time_limit_has_none()
    {
        var poll = Assert.IsType<PollRestart>(Decode("do_restart_poll", (16, 0x5000), (24, 3), (32, 9), (40, 9)));
        Assert.Equal((0x5000UL, 3u, (long?)null), (poll.Descriptors, poll.Count, poll.Expires));
    }

    [Fact]
    public void A_polls_end_is_seconds_and_nanoseconds() => Assert.Equal(
        9_000_000_004,
        Assert.IsType<PollRestart>(Decode("do_restart_poll", (24, 3 | 1UL << 32), (32, 9), (40, 4))).Expires);

    [Fact]
    public void An_unknown_function_keeps_its_name_and_the_bytes()
    {
        var unknown = Assert.IsType<UnknownRestart>(Decode("some_restart", (16, 0x1122)));
        Assert.Equal("some_restart", unknown.Function);
        Assert.Equal(0x22, unknown.Raw.Span[16]);
        Assert.IsType<NoRestart>(Decode("do_no_restart_syscall"));
    }
}
