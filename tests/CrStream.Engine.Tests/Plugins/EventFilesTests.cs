using CrStream.Abstractions;
using CrStream.EventFiles.Epoll;
using CrStream.EventFiles.EventFd;
using CrStream.EventFiles.Fanotify;
using CrStream.EventFiles.Inotify;
using CrStream.EventFiles.PidFd;
using CrStream.EventFiles.TaskMemory;
using CrStream.EventFiles.SignalFd;
using CrStream.EventFiles.TimerFd;
using CrStream.EventFiles.Watching;
using CrStream.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Tests.Plugins;

public sealed class EventFilesTests
{
    private const int O_NONBLOCK = FileFlags.O_NONBLOCK;
    private const int CLOCK_MONOTONIC = 1;
    private static readonly Kernel Kernel = new();

    [Theory]
    [InlineData("pos:\t0\neventfd-count:                5\neventfd-id: 1\neventfd-semaphore: 0\n", 5, false)]
    [InlineData("eventfd-count: fffffffffffffffe\neventfd-id: 1\neventfd-semaphore: 1\n", ulong.MaxValue - 1, true)]
    public void The_fdinfo_of_a_counter_is_read(string text, ulong count, bool semaphore) =>
        Assert.Equal(new EventFdState(count, semaphore), EventFdState.Parse(text));

    [Theory]
    [InlineData("eventfd-count: 5\n", "eventfd-semaphore")]
    [InlineData("eventfd-count: five\neventfd-semaphore: 0\n", "eventfd-count: five")]
    public void A_fdinfo_that_cannot_be_read_is_told_with_its_line(string text, string part) =>
        Assert.Contains(part, Assert.Throws<CheckpointException>(() => EventFdState.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "00", 1, "(0, 0)", "(0, 5000000)", 0, 5_000_000, true, true)]
    [InlineData(1, "00", 0, "(3599, 999999999)", "(0, 0)", 3_599_999_999_999, 0, true, false)]
    [InlineData(8, "03", 0, "(1, 0)", "(0, 0)", 1_000_000_000, 0, true, false)]
    [InlineData(1, "00", 1, "(0, 0)", "(0, 0)", 0, 0, false, false)]
    [InlineData(1, "00", 0, "(0, 0)", "(1, 0)", 0, 1_000_000_000, false, false)]
    public void The_fdinfo_of_a_timer_is_read(int clock, string flags, ulong ticks, string value, string interval, long left, long period, bool armed, bool stands)
    {
        var state = TimerFdState.Parse($"pos:\t0\nclockid: {clock}\nticks: {ticks}\nsettime flags: {flags}\nit_value: {value}\nit_interval: {interval}\n");
        Assert.Equal(new TimerFdState(clock, Convert.ToInt32(flags, 8), ticks, left, period), state);
        Assert.Equal((armed, stands), (state.IsArmed, state.StandsStill));
    }

    [Fact]
    public void The_fdinfo_of_an_epoll_instance_is_read()
    {
        const string text = "pos:\t0\nflags:\t02\ntfd:        4 events:       19 data: deadbeef12345678  pos:0 ino:40e sdev:10\n"
            + "tfd:        7 events: 10000019 data:                0  pos:0 ino:40e sdev:10\ntfd:        4 events: c0000000 data: ffffffffffffffff  pos:0 ino:40e sdev:10\n";
        Assert.Equal(
            [new EpollEntry(4, 0x19, 0xDEADBEEF12345678, 0), new EpollEntry(7, 0x10000019, 0, 0), new EpollEntry(4, 0xC0000000, ulong.MaxValue, 1)],
            EpollEntry.Parse(text));
    }

    [Theory]
    [InlineData(0x40000001u, false)]
    [InlineData(0x40000000u, true)]
    [InlineData(0xC0000000u, true)]
    [InlineData(0x80000000u, false)]
    [InlineData(0x40000018u, false)]
    public void A_one_shot_entry_that_watches_for_nothing_has_told(uint events, bool disabled) => Assert.Equal(disabled, EpollEntry.IsDisabled(events));

    [Theory]
    [InlineData("tfd: x events: 19 data: 0")]
    [InlineData("tfd: 4 events: 19")]
    public void An_entry_that_cannot_be_read_is_told(string line) =>
        Assert.Contains(line, Assert.Throws<CheckpointException>(() => EpollEntry.Parse(line + "\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void The_fdinfo_of_an_inotify_instance_is_read_by_ascending_numbers()
    {
        const string text = "flags:\t00\ninotify wd:2 ino:3c570 sdev:fe00001 mask:84000100 ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:70c5030000000000\n"
            + "inotify wd:1 ino:2 sdev:1b mask:2 ignored_mask:0 fhandle-bytes:4 fhandle-type:ff f_handle:01020304\n";
        var watches = InotifyWatch.Parse(text);
        Assert.Equal([(1, 2u), (2, 0x84000100u)], watches.Select(watch => (watch.Number, watch.Mask)));
        Assert.Equal((0xFE00001UL, 0x3C570UL, 1), (watches[1].Inode.Device, watches[1].Inode.Inode, watches[1].Inode.HandleType));
        Assert.Equal([1, 2, 3, 4], watches[0].Inode.Handle.ToArray());
    }

    [Theory]
    [InlineData("inotify wd:x ino:1 sdev:1 mask:1 fhandle-type:1 f_handle:00", "wd")]
    [InlineData("inotify wd:1 ino:1 sdev:1 mask:1 fhandle-type:1 f_handle:0", "f_handle")]
    public void A_watch_that_cannot_be_read_is_told(string line, string key) =>
        Assert.Contains($"in which {key} cannot be read", Assert.Throws<CheckpointException>(() => InotifyWatch.Parse(line)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_fdinfo_of_a_fanotify_group_is_read()
    {
        const string text = "fanotify flags:3 event-flags:8000\nfanotify ino:2d3 sdev:fe00000 mflags:40 mask:0 ignored_mask:20 fhandle-bytes:8 fhandle-type:1 f_handle:d302000000000000\n"
            + "fanotify sdev:1b mflags:0 mask:20 ignored_mask:0\nfanotify mnt_id:18 mflags:0 mask:4000000000 ignored_mask:0\n";
        Assert.Equal(
            [(FanotifyMarkKind.Inode, 0x40u, 0UL, 0x20UL, 0x2D3UL), (FanotifyMarkKind.FileSystem, 0u, 0x20UL, 0UL, 0x1BUL), (FanotifyMarkKind.Mount, 0u, 0x4000000000UL, 0UL, 0x18UL)],
            FanotifyMark.Parse(text).Select(mark => (mark.Kind, mark.Flags, mark.Mask, mark.IgnoredMask, mark.Number)));
    }

    [Fact]
    public void The_mounts_are_read() => Assert.Equal(
        [new Mount(36, (98 << 20) | 1, "/mnt/with space")],
        Mount.Parse("36 35 98:1 /mnt1 /mnt/with\\040space rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n"));

    [Fact]
    public void A_fanotify_group_that_decides_is_denied()
    {
        const int FAN_CLASS_CONTENT = 4;
        using var file = Kernel.Create(SystemCall.fanotify_init, FAN_CLASS_CONTENT | 1, 0);
        var denied = Assert.Throws<DeniedException>(() => new FanotifyHandler().Collect(new OwnFile(file), new RoundTrip()));
        Assert.Contains("decides about accesses", denied.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0x1234, 1)]
    public async Task A_counter_passes(int count, int flags)
    {
        using var file = Kernel.Create(SystemCall.eventfd2, count, flags | O_NONBLOCK);
        using var again = await Pass(new EventFdHandler(), file);
        Assert.Equal(Lines(file, "eventfd-count", "eventfd-semaphore"), Lines(again, "eventfd-count", "eventfd-semaphore"));
    }

    [Fact]
    public async Task A_set_of_signals_passes()
    {
        var program = new SyscallProgram();
        var made = program.Call(SystemCall.signalfd4, -1, program.Store64(0x8000000000000A00), 8, 0);
        using var file = new SafeFileHandle((nint)Kernel.Run(program)[made], ownsHandle: true);
        using var again = await Pass(new SignalFdHandler(), file);
        Assert.Equal(Lines(file, "sigmask"), Lines(again, "sigmask"));
    }

    [Theory]
    [InlineData(3600UL, 0UL, 0)]
    [InlineData(3600UL, 5UL, 1)]
    [InlineData(0UL, 0UL, 0)]
    public async Task A_timer_passes(ulong seconds, ulong interval, int flags)
    {
        using var file = Kernel.Create(SystemCall.timerfd_create, CLOCK_MONOTONIC, 0);
        var program = new SyscallProgram();
        var value = seconds + (flags != 0 ? (ulong)System.Environment.TickCount64 / 1000 : 0);
        program.Call(SystemCall.timerfd_settime, file.Number(), flags, program.Store64(interval, 0, value, 0), 0);
        Kernel.Run(program);
        using var again = await Pass(new TimerFdHandler(), file);
        var (before, after) = (TimerFdState.Parse(new OwnFile(file).FdInfo), TimerFdState.Parse(new OwnFile(again).FdInfo));
        Assert.Equal(before with { Value = 0 }, after with { Value = 0 });
        Assert.InRange(after.Value, before.Value - 10_000_000_000, before.Value + 1_000_000_000);
        Assert.Equal(before.Value > 0, after.Value > 0);
    }

    [Fact]
    public async Task A_timer_with_ticks_that_were_not_read_goes_on_ticking()
    {
        using var file = Kernel.Create(SystemCall.timerfd_create, CLOCK_MONOTONIC, 0);
        var program = new SyscallProgram();
        program.Call(SystemCall.timerfd_settime, file.Number(), 0, program.Store64(0, 100_000, 0, 1), 0);
        Kernel.Run(program);
        Assert.True(SpinWait.SpinUntil(() => TimerFdState.Parse(new OwnFile(file).FdInfo).StandsStill, 10_000));
        using var again = await Pass(new TimerFdHandler(), file);
        var ticks = new byte[8];
        Kernel.Read(again, ticks);
        Assert.InRange(BitConverter.ToInt64(ticks), 2, long.MaxValue);
        Assert.Equal(8, Kernel.Read(again, ticks));
    }

    [Fact]
    public async Task A_pidfd_passes()
    {
        using var file = Kernel.Create(SystemCall.pidfd_open, System.Environment.ProcessId, O_NONBLOCK);
        using var again = await Pass(new PidFdHandler(), file);
        Assert.Equal(Lines(file, "Pid"), Lines(again, "Pid"));
    }

    [Fact]
    public void A_pidfd_of_a_process_outside_is_denied_with_its_number()
    {
        using var file = Kernel.Create(SystemCall.pidfd_open, 1, 0);
        var denied = Assert.Throws<DeniedException>(() => new PidFdHandler().Collect(new OwnFile(file), new RoundTrip()));
        Assert.Contains("process 1, which is outside the tree", denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_memory_of_a_task_passes()
    {
        using var file = Kernel.Open("/proc/self/mem", 0);
        using var again = await Pass(new TaskMemoryHandler(), file);
        Assert.Equal(new OwnFile(file).Link, new OwnFile(again).Link);
    }

    [Fact]
    public void The_memory_of_a_task_outside_is_denied_with_its_number()
    {
        var parent = new Linux.Proc.ProcTask(System.Environment.ProcessId).Stat().ParentPid;
        using var file = Kernel.Open($"/proc/{parent}/mem", 0);
        var denied = Assert.Throws<DeniedException>(() => new TaskMemoryHandler().Collect(new OwnFile(file), new RoundTrip()));
        Assert.Contains($"task {parent}, which is outside the tree", denied.Message, StringComparison.Ordinal);
    }

    private static async Task<SafeFileHandle> Pass(IFileHandler handler, SafeFileHandle file)
    {
        var own = new OwnFile(file);
        Assert.True(handler.Claims(own));
        var trip = new RoundTrip();
        using var restored = handler.Restore(handler.ObjectTypes[0], handler.Collect(own, trip).Describe(null!), trip);
        var again = handler.Open(restored, own.State(), trip);
        await restored.CompleteAsync(CancellationToken.None);
        return again;
    }

    private static string[] Lines(SafeFileHandle file, params string[] keys) =>
        [.. new OwnFile(file).FdInfo.Split('\n').Where(line => keys.Contains(line.Split(':')[0]))];
}
