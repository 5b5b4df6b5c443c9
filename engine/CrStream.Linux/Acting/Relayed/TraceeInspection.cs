using System.Buffers.Binary;
using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using CrStream.Linux.Memory;
using CrStream.Linux.Proc;
using CrStream.Linux.Ptrace;
using static CrStream.Linux.Ptrace.PtraceRequest;

namespace CrStream.Linux.Acting.Relayed;

/// <summary>
/// Finds out, inside its frozen tracer, where a tracee stands. A stopped one is only looked at. One that runs is stopped,
/// by a program behind which the tracer's last will is to let it run again.
/// </summary>
internal sealed class TraceeInspection
{
    private const int SIGSTOP = 19;
    private const int SIGTRAP = 5;
    private const int SystemCallMark = 0x80;
    private const int PTRACE_EVENT_STOP = 128;
    private const ulong PTRACE_EVENTMSG_SYSCALL_ENTRY = 1;
    private const uint PTRACE_O_SUSPEND_SECCOMP = 1 << 21;

    private static readonly string[] Events =
    [
        "", "PTRACE_EVENT_FORK", "PTRACE_EVENT_VFORK", "PTRACE_EVENT_CLONE", "PTRACE_EVENT_EXEC",
        "PTRACE_EVENT_VFORK_DONE", "PTRACE_EVENT_EXIT", "PTRACE_EVENT_SECCOMP",
    ];

    private readonly FrozenTask tracer;
    private readonly int pid;
    private readonly int tid;
    private readonly (int Pid, int Tid) seen;
    private readonly ProcStatus status;
    private readonly TraceFlags flags;
    private bool reported;
    private int siginfoResult;
    private byte[] siginfo = [];
    private ulong message;
    private Registers registers = null!;
    private ulong mask;
    private ulong[] debugRegisters = [];
    private Action<SyscallProgram>? letRunAgain;

    private TraceeInspection(FrozenTask tracer, int pid, int tid, TraceFlags flags)
    {
        (this.tracer, this.pid, this.tid, this.flags) = (tracer, pid, tid, flags);
        status = new ProcTask(pid, tid).Status();
        seen = RelayedTask.SeenBy(tracer, status);
    }

    private string Name => $"task {tid} of process {pid}, which task {tracer.Tid} traces,";

    /// <summary>Makes a tracee obey through its tracer. It stands still from then on.</summary>
    /// <exception cref="DeniedException">It stands where it cannot be brought back to.</exception>
    public static RelayedTask Hold(FrozenTask tracer, int pid, int tid, TraceFlags flags)
    {
        var inspection = new TraceeInspection(tracer, pid, tid, flags);
        inspection.RequireCarried();
        try
        {
            return inspection.Hold();
        }
        catch
        {
            inspection.SetLastWill(null);
            var program = new SyscallProgram();
            inspection.letRunAgain?.Invoke(program);
            tracer.Run(program);
            throw;
        }
    }

    private RelayedTask Hold()
    {
        var runs = status.State != 't';
        var listens = flags.IsListening;
        var inCall = runs && flags.ReportsCalls && new ProcTask(pid, tid).SystemCall().Number is >= 0;
        if (runs || listens)
        {
            letRunAgain = program => LetRunAgain(program, inCall, listens);
            SetLastWill(letRunAgain);
        }

        var program = new SyscallProgram();
        if (runs && !flags.IsSeized)
        {
            program.Try(SystemCall.tgkill, seen.Pid, seen.Tid, SIGSTOP);
        }
        else if (runs || listens)
        {
            program.Ptrace(PTRACE_INTERRUPT, seen.Tid, 0, 0);
        }

        if (runs || listens)
        {
            program.AwaitStop(seen.Tid);
        }

        Look(program);
        var (stop, signal) = Stop();
        var ours = runs && !flags.IsInterrupted && IsOurs(stop, signal);
        var relation = new TraceRelation(
            tracer.Tid, flags.IsSeized, flags.Options,
            ours ? TraceStop.Running : listens ? TraceStop.Listening : stop,
            signal, !ours && stop == TraceStop.Signal ? siginfo : null, reported, flags.ReportsCalls ? TraceResume.ToSystemCall : TraceResume.Continue,
            ours && stop == TraceStop.CallExit, debugRegisters);
        using var memory = TaskMemory.Open(pid);
        if (relation.Stop == TraceStop.CallEntry)
        {
            RequireCallInstruction(memory);
            Processor.Current.BackToCall(registers);
        }

        if (relation.Stop == TraceStop.Running)
        {
            relation = relation with { Signal = 0, Reported = false };
        }

        RequireCanComeAgain(relation);
        var held = new RelayedTask(tracer, (pid, tid), relation, (registers, mask), status.SigPnd | status.ShdPnd, FindCallInstruction(memory, pid))
        {
            IsAway = ours || listens || (runs && !flags.IsSeized),
            StopIsPending = runs && !flags.IsSeized && !(ours && stop == TraceStop.Signal),
            GroupIsStopped = relation.Stop is TraceStop.Group or TraceStop.Listening,
            HasLastWill = true,
        };
        tracer.Tracees.Add(held);
        held.RenewLastWill();
        tracer.Run(new SyscallProgram());
        return held;
    }

    /// <summary>The registers are not known yet; where the tracee is to be made to stop, they need not be.</summary>
    private void LetRunAgain(SyscallProgram program, bool inCall, bool listens)
    {
        if (listens)
        {
            program.Ptrace(PTRACE_LISTEN, seen.Tid, 0, 0);
            return;
        }

        if (inCall)
        {
            // It stands at the exit of the call that is to be made again: to its entry, behind a stop at which the kernel
            // sees to that.
            program.Ptrace(PTRACE_INTERRUPT, seen.Tid, 0, 0);
            program.Ptrace(PTRACE_CONT, seen.Tid, 0, 0);
            program.AwaitStop(seen.Tid);
            program.Ptrace(PTRACE_SYSCALL, seen.Tid, 0, 0);
            program.AwaitStop(seen.Tid);
        }

        program.Ptrace(flags.ReportsCalls ? PTRACE_SYSCALL : PTRACE_CONT, seen.Tid, 0, 0);
    }

    /// <summary>The tracer is to do this, and to bring back those that are known already.</summary>
    private void SetLastWill(Action<SyscallProgram>? own)
    {
        var program = new SyscallProgram();
        own?.Invoke(program);
        tracer.Tracees.ForEach(tracee => tracee.AppendWayBack(program));
        tracer.SetLastWill(program);
    }

    private void Look(SyscallProgram program)
    {
        var waiting = program.LookForStop(seen.Tid);
        var info = program.Reserve(TracedTask.SiginfoLength);
        var infoResult = program.Ptrace(PTRACE_GETSIGINFO, seen.Tid, 0, info);
        var event_ = program.Reserve(8);
        program.Ptrace(PTRACE_GETEVENTMSG, seen.Tid, 0, event_);
        var raw = program.Reserve(Processor.Current.RegistersLength);
        var (vector, read) = program.RegisterSet(PTRACE_GETREGSET, seen.Tid, NT_PRSTATUS, raw);
        var blocked = program.Reserve(8);
        program.Ptrace(PTRACE_GETSIGMASK, seen.Tid, sizeof(ulong), blocked);
        var debug = Processor.Current.DebugRegisterOffsets.Select(offset =>
        {
            var word = program.Reserve(8);
            program.Ptrace(PTRACE_PEEKUSER, seen.Tid, offset, word);
            return word;
        }).ToArray();
        var outcome = tracer.Run(program);
        if (outcome[read] < 0)
        {
            throw outcome[read] == -ErrorNumber.ESRCH ? new TaskEndedException(tid) : new KernelException("ptrace", (int)-outcome[read], $"on task {tid}, inside its tracer {tracer.Tid}");
        }

        if (outcome.UInt64(vector, 8) != (ulong)Processor.Current.RegistersLength)
        {
            throw new DeniedException($"{Name} runs code of another architecture than this program's", "32-bit programs cannot be checkpointed");
        }

        reported = outcome.UInt32(waiting, PtraceCalls.SiginfoPid) == 0;
        siginfoResult = (int)outcome[infoResult];
        siginfo = outcome[info].ToArray();
        message = outcome.UInt64(event_);
        registers = Processor.Current.CreateRegisters(outcome[raw].ToArray());
        mask = outcome.UInt64(blocked);
        debugRegisters = [.. debug.Select(word => outcome.UInt64(word))];
        if (debugRegisters[^1] == 0)
        {
            debugRegisters = [];
        }
    }

    /// <summary>
    /// The kind of stop, from the siginfo_t that the kernel makes of it (kernel/signal.c, ptrace_do_notify): its code is
    /// the status. A group-stop of a task that is not seized has none.
    /// </summary>
    private (TraceStop Stop, int Signal) Stop()
    {
        if (siginfoResult < 0)
        {
            return (TraceStop.Group, flags.GroupStopSignal is > 0 and var last ? last : SIGSTOP);
        }

        var signal = BinaryPrimitives.ReadInt32LittleEndian(siginfo);
        var code = BinaryPrimitives.ReadInt32LittleEndian(siginfo.AsSpan(PtraceCalls.SiginfoCode));
        if (code == (SIGTRAP | SystemCallMark) || (code == SIGTRAP && signal == SIGTRAP && (flags.Options & (uint)PtraceOptions.TraceSysGood) == 0))
        {
            return (message == PTRACE_EVENTMSG_SYSCALL_ENTRY ? TraceStop.CallEntry : TraceStop.CallExit, 0);
        }

        return (code >> 8) switch
        {
            PTRACE_EVENT_STOP => signal == SIGTRAP ? (TraceStop.Interrupted, 0) : (TraceStop.Group, signal),
            > 0 and var number when number < Events.Length => throw Passing(
                $"{Name} stands in {Events[number]}, whose message ({message}) the kernel lets nobody set", "let the tracer go on to the next stop first"),
            _ => (TraceStop.Signal, signal),
        };
    }

    /// <summary>Whether the stop came because it was asked for here, and not by itself at the same moment.</summary>
    private bool IsOurs(TraceStop stop, int signal) => stop switch
    {
        TraceStop.Interrupted => flags.IsSeized,
        TraceStop.Signal => !flags.IsSeized && signal == SIGSTOP,
        TraceStop.CallExit => ((status.SigPnd | status.ShdPnd) & ~status.SigBlk) == 0
            && (Processor.Current.IsToBeMadeAgain(registers) || Processor.Current.MendInterruptedCall(registers.Clone())),
        _ => false,
    };

    private void RequireCarried()
    {
        if (status.Seccomp is > 0)
        {
            throw new DeniedException($"{Name} has a seccomp filter, which cannot be suspended while another task traces it", "detach the debugger first");
        }

        if (flags.EmulatesCalls)
        {
            throw new DeniedException($"{Name} runs under PTRACE_SYSEMU, which cannot be carried", "detach the tracer first");
        }

        if ((flags.Options & PTRACE_O_SUSPEND_SECCOMP) != 0)
        {
            throw new DeniedException($"{Name} has PTRACE_O_SUSPEND_SECCOMP, which cannot be carried", "detach the tracer first");
        }
    }

    /// <summary>A stop that is still to be fetched can only come from its own signal, which must not be pending a second time.</summary>
    private void RequireCanComeAgain(TraceRelation relation)
    {
        if (relation is { Stop: TraceStop.Signal, Reported: false } && ((status.SigPnd | status.ShdPnd) & NotificationSignal.Bit(relation.Signal)) != 0)
        {
            throw Passing($"{Name} has stopped for signal {relation.Signal}, which its tracer has not seen yet, and the same signal is pending once more", "try again a moment later");
        }
    }

    private static PassingStopException Passing(string message, string hint) => new(new DeniedException(message, hint));

    private void RequireCallInstruction(TaskMemory memory)
    {
        var instruction = new byte[Processor.Current.CallInstruction.Length];
        memory.Read(registers.InstructionPointer - (ulong)instruction.Length, instruction);
        if (!Processor.Current.CallInstruction.SequenceEqual(instruction))
        {
            throw new DeniedException($"{Name} stands at the entry of a system call that no instruction before 0x{registers.InstructionPointer:x} has made", "let the tracer go on to the next stop first");
        }
    }

    /// <summary>An instruction that calls the kernel: the vDSO has one, for what it cannot answer itself.</summary>
    internal static ulong FindCallInstruction(TaskMemory memory, int pid)
    {
        var vdso = new ProcTask(pid).Maps().First(mapping => mapping.Path?.Text == "[vdso]");
        var code = new byte[vdso.End - vdso.Start];
        memory.Read(vdso.Start, code);
        var offset = code.AsSpan().IndexOf(Processor.Current.CallInstruction);
        return offset >= 0 ? vdso.Start + (ulong)offset : throw new CheckpointException($"the vDSO of process {pid} has no instruction that calls the kernel", "report this kernel's release");
    }
}
