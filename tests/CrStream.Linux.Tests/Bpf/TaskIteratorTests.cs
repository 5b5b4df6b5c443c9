using System.Diagnostics;
using CrStream.Linux.Bpf;

namespace CrStream.Linux.Tests.Bpf;

public sealed class TaskIteratorTests
{
    private const long Second = 1_000_000_000;
    private const int CLOCK_MONOTONIC = 1;

    // CLOCK_PROCESS_CPUTIME_ID becomes the clock of process 0, which is the caller's own: ~0 << 3 | CPUCLOCK_SCHED.
    private const int PROCESS_CLOCK = -6;
    private const ulong VM_LOCKED = 0x2000;

    // Runs a system call in a subject, stops it there, and gives what the kernel would go on with, and what the subject said.
    private static (T Block, ulong[] Said, long Before, long After)? Interrupt<T>(int call, string arguments)
        where T : RestartBlock
    {
        if (!BpfHere.IsPermitted())
            return null;

        using TaskIterator iterator = TaskIterator.Load(KernelBtf.Read());
        using var subject = new Subject($"""
            word = ctypes.c_int(7)
            say(ctypes.addressof(rest), ctypes.addressof(word))
            sys.stdin.readline()
            libc.syscall({call}, {arguments})
            """);
        ulong[] said = subject.ReadNumbers();
        long before = Stopwatch.GetTimestamp();
        subject.Continue();
        subject.StopIn(call);
        long after = Stopwatch.GetTimestamp();
        return (Assert.IsType<T>(iterator.ReadTasks(subject.Pid).Single(task => task.Tid == subject.Pid).RestartBlock), said, before, after);
    }

    [Fact]
    public void A_nanosleep_that_was_stopped_tells_when_it_ends()
    {
        if (Interrupt<SleepRestart>(35, "at(limit), at(rest)") is not ({ } sleep, { } said, var before, var after))
            return;

        Assert.Equal((SleepKind.Timer, CLOCK_MONOTONIC), (sleep.Kind, sleep.Clock));
        Assert.InRange(sleep.Expires, before + 100 * Second, after + 101 * Second);
        Assert.Equal((TimespecKind.TT_NATIVE, said[0]), (sleep.RemainderKind, sleep.Remainder));
    }

    [Fact]
    public void A_sleep_on_processor_time_names_its_clock()
    {
        if (Interrupt<SleepRestart>(230, "2, 0, at(limit), at(rest)") is not ({ } sleep, { } said, _, _))
            return;

        Assert.Equal((SleepKind.ProcessorTime, PROCESS_CLOCK), (sleep.Kind, sleep.Clock));
        Assert.InRange(sleep.Expires, 100 * Second, 105 * Second);
        Assert.Equal(said[0], sleep.Remainder);
    }

    [Fact]
    public void A_poll_that_was_stopped_tells_when_it_ends()
    {
        if (Interrupt<PollRestart>(7, "0, 0, 100000") is not ({ } poll, _, var before, var after))
            return;

        Assert.Equal((0UL, 0u), (poll.Descriptors, poll.Count));
        Assert.InRange(poll.Expires!.Value, before + 100 * Second, after + 101 * Second);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(128, false)]
    public void A_futex_wait_that_was_stopped_tells_when_it_ends(int operation, bool shared)
    {
        if (Interrupt<FutexRestart>(202, $"at(word), {operation}, 7, at(limit), 0, 0") is not ({ } futex, { } said, var before, var after))
            return;

        Assert.Equal((said[1], 7u, uint.MaxValue), (futex.Address, futex.Value, futex.Bitset));
        Assert.Equal((shared, false), (futex.IsShared, futex.IsRealtime));
        Assert.InRange(futex.Expires, before + 100 * Second, after + 101 * Second);
    }

    [Fact]
    public void What_a_program_asked_the_kernel_to_remember_is_read_back()
    {
        if (!BpfHere.IsPermitted())
            return;

        using TaskIterator iterator = TaskIterator.Load(KernelBtf.Read());
        using var subject = new Subject("""
            libc.prctl(1, 10)
            libc.prctl(28, 1)
            libc.mlockall(2)
            class stack_t(ctypes.Structure): _fields_ = [('sp', ctypes.c_ulong), ('flags', ctypes.c_int), ('size', ctypes.c_ulong)]
            memory, tid = ctypes.create_string_buffer(65536), ctypes.c_ulong()
            libc.sigaltstack(ctypes.byref(stack_t(ctypes.addressof(memory), 0, 65536)), None)
            libc.prctl(40, ctypes.byref(tid))
            say(tid.value, ctypes.addressof(memory))
            time.sleep(100)
            """);
        ulong[] said = subject.ReadNumbers();
        KernelTask task = Assert.Single(iterator.ReadTasks(subject.Pid));
        Assert.Equal((subject.Pid, subject.Pid), (task.Tid, task.Tgid));
        Assert.Equal(said[0], task.ClearChildTid);
        Assert.Equal((10, 17, 1u), (task.ParentDeathSignal, task.ExitSignal, task.SecureBits));
        Assert.Equal((said[1], 65536UL, 0u), (task.AlternateStack, task.AlternateStackSize, task.AlternateStackFlags));
        Assert.Equal(VM_LOCKED, task.DefaultMappingFlags & VM_LOCKED);
        Assert.IsType<NoRestart>(task.RestartBlock);
    }

    [Fact]
    public void Every_thread_of_many_is_read_and_counted()
    {
        if (!BpfHere.IsPermitted())
            return;

        using TaskIterator iterator = TaskIterator.Load(KernelBtf.Read());
        using var subject = new Subject("""
            threading.stack_size(65536)
            for _ in range(300): threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
            say(1)
            time.sleep(100)
            """);
        Assert.Single(subject.ReadNumbers());
        IReadOnlyList<KernelTask> tasks = iterator.ReadTasks(subject.Pid);
        Assert.Equal(
            Directory.GetDirectories($"/proc/{subject.Pid}/task").Select(path => int.Parse(Path.GetFileName(path))).Order(),
            tasks.Select(task => task.Tid).Order());
        Assert.Equal(301, tasks.Count);
        KernelTask one = tasks[^1];
        Assert.Equal(-1, one.ExitSignal);
        Assert.All(tasks, task => Assert.Equal(
            (subject.Pid, one.Mm, one.Files, one.Fs, one.SignalActions, one.Signal),
            (task.Tgid, task.Mm, task.Files, task.Fs, task.SignalActions, task.Signal)));
        Assert.Equal((301, 301, 301), (one.FilesUsers, one.FsUsers, one.SignalActionsUsers));
        Assert.InRange(one.MmUsers, 301, 302);

        ILookup<int, KernelTask> all = iterator.ReadTasks(null).ToLookup(task => task.Tgid);
        Assert.Equal(301, all[subject.Pid].Count());
        Assert.NotEqual(one.Mm, all[Environment.ProcessId].First().Mm);
    }

    [Fact]
    public void A_process_that_is_not_there_has_no_tasks()
    {
        if (!BpfHere.IsPermitted())
            return;

        using TaskIterator iterator = TaskIterator.Load(KernelBtf.Read());
        Assert.Empty(iterator.ReadTasks(int.MaxValue));
        Assert.Empty(iterator.ReadTasks(int.MaxValue));
    }
}
