using CrStream.Abstractions;
using CrStream.Linux.Acting;
using CrStream.Linux.Architectures;
using CrStream.Linux.Proc;
using CrStream.Linux.Processes;
using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Tests.Acting;

/// <summary>Freeze, act and thaw on real programs that check themselves.</summary>
public sealed class FreezeTests
{
    private const int Rounds = 25;

    private static SyscallProgram GetPid()
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.getpid);
        return program;
    }

    private static void ActEverywhere(FrozenProcess process)
    {
        foreach (var task in process.Tasks)
        {
            var program = new SyscallProgram();
            var pid = program.Call(SystemCall.getpid);
            var tid = program.Call(SystemCall.gettid);
            var outcome = task.Run(program);
            Assert.Equal((process.Pid, task.Tid), (outcome[pid], outcome[tid]));
        }
    }

    private static void Repeat(Target target, Action<FrozenProcess> work, int pauseMilliseconds = 3)
    {
        for (var round = 0; round < Rounds; round++)
        {
            target.Frozen(work);
            target.Check();
            Thread.Sleep(pauseMilliseconds);
        }

        target.IsNotHeld();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Busy_threads_keep_their_registers(bool acting)
    {
        using var target = new Target("busy", 4);
        var maps = target.Maps();
        Repeat(target, acting ? ActEverywhere : _ => { });
        target.GoesOn(0, 1, 2, 3);
        Assert.Equal(maps, target.Maps());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sleeps_neither_fail_nor_end_early(bool acting)
    {
        using var target = new Target("naps");
        Repeat(target, acting ? ActEverywhere : _ => { }, 17);
        target.GoesOn(Enumerable.Range(0, target.Number));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Waits_are_not_ended(bool acting)
    {
        using var target = new Target("waits");
        Repeat(target, acting ? ActEverywhere : _ => { });
        Thread.Sleep(100);
        target.Check();
    }

    /// <summary>What the kernel itself makes of a stop, without our mending, so that a kernel that differs is noticed.</summary>
    [Fact]
    public async Task Calls_that_a_stop_ends_are_known()
    {
        using var target = new Target("waits");
        using var tracer = new TracerThread();
        var found = await tracer.Run(() =>
        {
            var traces = Threads.Stop(target.Pid, PtraceOptions.None, Deadline.In(Target.Patience));
            var registers = traces.Select(trace => trace.GetRegisters()).ToList();
            Threads.LetGo(traces);
            return registers;
        });

        // accept and recv with a timeout, rt_sigtimedwait, semtimedop, epoll_wait, epoll_pwait, epoll_pwait2.
        long[] ended = [43, 45, 128, 220, 232, 281, 441];
        var interrupted = found.Where(registers => registers.SystemCallNumber >= 0 && registers.Result == -ErrorNumber.EINTR).ToList();
        Assert.Equal(ended, interrupted.Select(registers => registers.SystemCallNumber).Order());
        Assert.All(interrupted, registers => Assert.True(Processor.Current.MendInterruptedCall(registers)));
    }

    /// <summary>With SIGURG, SIGWINCH and SIGCHLD caught there is no signal to tell the tracer by.</summary>
    [Fact]
    public void Acting_needs_no_free_signal()
    {
        using var target = new Target("caught");
        Repeat(target, ActEverywhere);
        target.GoesOn(0, 10);
    }

    [Fact]
    public void Threads_born_and_ending_meanwhile_are_no_trouble()
    {
        using var target = new Target("storm", 4);
        Repeat(target, process =>
        {
            ActEverywhere(process);
            Assert.Equal(target.Proc.Tids().Order(), process.Tasks.Select(task => task.Tid).Order());
        });
        target.GoesOn(0, 1, 2, 3);
    }

    [Fact]
    public void Restartable_sequences_are_aborted()
    {
        using var target = new Target("restartable", 2);
        Repeat(target, ActEverywhere);
        Repeat(target, ActEverywhere);
        target.GoesOn(0, 1);
        Assert.NotEqual(0UL, target.Ticks(100));
    }

    [Fact]
    public void Every_thread_of_many_runs_a_program()
    {
        using var target = new Target("parked", 200);
        target.Until(() => Enumerable.Range(1, 199).All(thread => target.Ticks(thread) > 0), "start its threads");
        var maps = target.Maps();
        target.Frozen(process =>
        {
            Assert.Equal(200, process.Tasks.Count);
            Assert.Equal(process.Pid, process.Leader.Tid);
            ActEverywhere(process);
        });
        target.IsNotHeld();
        Assert.Equal(maps, target.Maps());
        target.Check();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Long_programs_run_in_one_go(int calls)
    {
        using var target = new Target("steady", 1);
        target.Frozen(process =>
        {
            var program = new SyscallProgram();
            var results = Enumerable.Range(0, calls).Select(call => program.Try(SystemCall.close, -1 - call)).ToArray();
            var outcome = process.Leader.Run(program);
            Assert.All(results, result => Assert.Equal(-ErrorNumber.EBADF, outcome[result]));
        });
        target.GoesOn(0);
    }

    [Fact]
    public void Results_buffers_and_pointers_reach_later_calls()
    {
        using var target = new Target("steady", 1);
        var maps = target.Maps();
        target.Frozen(process =>
        {
            var program = new SyscallProgram();
            var area = program.Call(SystemCall.mmap, 0, 8192, 3, 0x22, -1, 0);
            var ends = program.Reserve(8);
            program.Call(SystemCall.pipe2, ends, 0);
            var text = program.Store("hello");
            var room = program.Reserve(6);
            var file = program.Call(SystemCall.memfd_create, program.Store("m"), 0);
            var vector = program.Store64(0, 6);
            program.Point(vector, 0, text);
            var written = program.Call(SystemCall.pwrite64, file, text, 6, 0);
            var read = program.Call(SystemCall.pread64, file, room, 6, 0);
            var copied = program.Call(SystemCall.pread64, file, area, 6, 0);
            program.Call(SystemCall.close, file);
            program.Call(SystemCall.munmap, area, 8192);
            var outcome = process.Leader.Run(program);
            Assert.Equal((6, 6, 6), (outcome[written], outcome[read], outcome[copied]));
            Assert.Equal("hello\0"u8, outcome[room]);
            Assert.True(outcome.UInt32(ends, 4) > outcome.UInt32(ends));

            var closing = new SyscallProgram();
            closing.Call(SystemCall.close, outcome.UInt32(ends));
            closing.Call(SystemCall.close, outcome.UInt32(ends, 4));
            process.Leader.Run(closing);
        });
        Assert.Equal(maps, target.Maps());
        target.GoesOn(0);
    }

    [Fact]
    public void A_failing_call_ends_the_program_with_its_name_and_error()
    {
        using var target = new Target("steady", 1);
        target.Frozen(process =>
        {
            var program = new SyscallProgram();
            program.Call(SystemCall.getpid);
            program.Call(SystemCall.dup, 999);
            program.Call(SystemCall.exit_group, 1);
            var failure = Assert.Throws<KernelException>(() => process.Leader.Run(program));
            Assert.Equal(("dup", ErrorNumber.EBADF), (failure.Call, failure.Error));
            Assert.Contains($"(999) inside task {process.Pid}", failure.Message, StringComparison.Ordinal);
            process.Leader.Run(GetPid());
        });
        target.GoesOn(0);
    }

    [Fact]
    public void A_stopped_process_stays_stopped()
    {
        using var target = new Target("steady", 3);
        Signals.Send(target.Pid, Signals.SIGSTOP);
        target.Until(() => target.Proc.Tids().All(tid => target.State(tid) == 'T'), "stop");
        for (var round = 0; round < 5; round++)
        {
            var before = Enumerable.Range(0, 3).Select(target.Ticks).ToArray();
            target.Frozen(process =>
            {
                Assert.Equal(Signals.SIGSTOP, process.StoppedBy);
                ActEverywhere(process);
            });
            Thread.Sleep(20);
            Assert.All(target.Proc.Tids(), tid => Assert.Equal('T', target.State(tid)));
            Assert.Equal(before, Enumerable.Range(0, 3).Select(target.Ticks));
        }

        Signals.Send(target.Pid, 18);
        target.GoesOn(0, 1, 2);
    }

    [Fact]
    public void A_stop_signal_that_comes_meanwhile_stops_the_process_afterwards()
    {
        using var target = new Target("steady", 3);
        target.Frozen(process =>
        {
            Assert.Equal(0, process.StoppedBy);
            process.Leader.Run(GetPid());
            Signals.Send(target.Pid, Signals.SIGSTOP);
            ActEverywhere(process);
        });
        target.Until(() => target.Proc.Tids().All(tid => target.State(tid) == 'T'), "stop");
        Signals.Send(target.Pid, 18);
        target.GoesOn(0, 1, 2);
    }

    [Fact]
    public void A_continue_signal_that_comes_meanwhile_is_not_lost()
    {
        using var target = new Target("steady", 3);
        Signals.Send(target.Pid, Signals.SIGSTOP);
        target.Until(() => target.Proc.Tids().All(tid => target.State(tid) == 'T'), "stop");
        target.Frozen(process =>
        {
            process.Leader.Run(GetPid());
            Signals.Send(target.Pid, 18);
            ActEverywhere(process);
        });
        target.GoesOn(0, 1, 2);
    }

    [Fact]
    public void Pending_signals_stay_pending_with_what_they_carry()
    {
        using var target = new Target("pending");
        target.Frozen(process =>
        {
            ActEverywhere(process);
            Assert.Equal(3, process.Leader.Trace.PeekPendingSignals(shared: true).Count);
            Assert.Single(process.Leader.Trace.PeekPendingSignals(shared: false));
        });
        target.Go();
        target.Until(() => target.Ticks(0) != 0, "look at its signals");
        target.Check();
    }

    /// <summary>epoll_wait is not made again where a handler was to end it, be it before or during the freeze.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_handler_that_ends_a_wait_still_does(bool acting)
    {
        using var target = new Target("alarmed");
        for (var round = 0; round < 10; round++)
        {
            var before = target.Ticks(0);
            target.Frozen(process =>
            {
                Signals.Send(target.Pid, 14);
                if (acting)
                {
                    process.Leader.Run(GetPid());
                }
            });
            target.Until(() => target.Ticks(0) > before, "handle the signal");
        }
    }

    [Fact]
    public void A_filter_of_system_calls_is_in_nobodys_way()
    {
        using var target = new Target("filtered");
        Repeat(target, ActEverywhere);
        target.GoesOn(0);
        Assert.Equal(2, target.Proc.Status().Seccomp);
    }

    /// <summary>No library is needed for it: it loops.</summary>
    [Fact]
    public void A_program_of_32_bits_is_refused_and_goes_on()
    {
        var folder = Directory.CreateTempSubdirectory("crstream-32");
        var source = Path.Combine(folder.FullName, "loop.c");
        File.WriteAllText(source, "void _start(void) { for (;;); }");
        var program = Path.Combine(folder.FullName, "loop");
        Launch.Run("gcc", "-m32", "-nostdlib", "-static", "-ffreestanding", "-fno-pic", "-o", program, source);
        var pid = Launch.Start(program);
        try
        {
            using var tracer = new TracerThread();
            var refused = Assert.ThrowsAny<CheckpointException>(() => tracer.Run(() => FrozenProcess.Freeze(pid, Target.Patience)).GetAwaiter().GetResult());
            Assert.Contains("runs code of another architecture", refused.Message, StringComparison.Ordinal);
            Assert.Equal(('R', 0), (new ProcTask(pid).Status() is var status ? (status.State, status.TracerPid) : default));
        }
        finally
        {
            Children.End(pid, Target.Patience);
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_process_that_is_traced_already_is_refused_and_goes_on()
    {
        using var target = new Target("steady", 2);
        target.Frozen(_ =>
        {
            var refused = Assert.ThrowsAny<CheckpointException>(() => target.Frozen(_ => { }));
            Assert.Contains($"is traced by process", refused.Message, StringComparison.Ordinal);
        });
        target.GoesOn(0, 1);
    }

    [Fact]
    public void A_process_that_is_none_is_refused()
    {
        using var tracer = new TracerThread();
        var refused = Assert.ThrowsAny<CheckpointException>(() => tracer.Run(() => FrozenProcess.Freeze(0x3FFFFF, Target.Patience)).GetAwaiter().GetResult());
        Assert.Contains("there is no process 4194303", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_whose_first_thread_has_ended_runs_programs_in_another_and_goes_on()
    {
        using var target = new Target("leaderless");
        target.Until(() => target.State(target.Pid) == 'Z', "end its first thread");
        target.Frozen(process =>
        {
            Assert.True(process.HasEndedLeader);
            Assert.Equal(target.Pid, process.Leader.Run(GetPid())[new SyscallResult(0)]);
        });
        target.GoesOn(0);
    }

    [Fact]
    public void A_process_that_is_killed_while_frozen_ends_with_a_clear_error()
    {
        using var target = new Target("steady", 3);
        var ended = Assert.ThrowsAny<CheckpointException>(() => target.Frozen(process =>
        {
            process.Leader.Run(GetPid());
            Signals.Send(target.Pid, Signals.SIGKILL);
            process.Tasks[1].Run(GetPid());
        }));
        Assert.Contains("ended meanwhile", ended.Message, StringComparison.Ordinal);
        Assert.Equal(137, Waiting.For(target.Pid, Deadline.In(Target.Patience))?.ExitCode);
    }

    [Fact]
    public void A_process_that_is_killed_and_never_used_again_is_thawed_without_an_error()
    {
        using var target = new Target("steady", 3);
        target.Frozen(process => Signals.Send(target.Pid, Signals.SIGKILL));
        Assert.Equal(137, Waiting.For(target.Pid, Deadline.In(Target.Patience))?.ExitCode);
    }

    [Fact]
    public void A_task_that_does_not_stop_is_named_and_let_go()
    {
        using var target = new Target("vfork");
        target.Until(() => target.Proc.Stat().State == 'D', "wait for its child");
        var late = Assert.Throws<TaskTimeoutException>(() => target.Frozen(_ => { }, TimeSpan.FromMilliseconds(200)));
        Assert.Contains($"task {target.Pid} of process {target.Pid} does not stop: it is waiting until its vfork child ", late.Message, StringComparison.Ordinal);
        target.Until(() => target.Ticks(0) > 0, "go on when its child has ended");
        target.IsNotHeld();
    }

    [Fact]
    public void A_call_that_blocks_is_taken_back_in_time()
    {
        using var target = new Target("steady", 2);
        target.Frozen(
            process =>
            {
                var program = new SyscallProgram();
                program.Call(SystemCall.pause);
                Assert.Throws<TaskTimeoutException>(() => process.Tasks[1].Run(program));
                ActEverywhere(process);
            },
            TimeSpan.FromMilliseconds(300));
        target.GoesOn(0, 1);
    }
}
