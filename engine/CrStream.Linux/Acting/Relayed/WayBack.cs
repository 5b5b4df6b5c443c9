using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using CrStream.Linux.Ptrace;
using static CrStream.Linux.Ptrace.PtraceRequest;

namespace CrStream.Linux.Acting.Relayed;

/// <summary>
/// The calls by which a tracer brings its tracee from any ptrace-stop to where it is to stand, without a step of its own
/// code. A program of calls has no branches, so the way leads over one known stop: that of a signal which nobody has sent.
/// </summary>
/// <param name="pid">The tracee's process.</param>
/// <param name="tid">The tracee.</param>
/// <param name="registers">With which it goes on. Of one at the entry of a call: before the instruction.</param>
/// <param name="signalMask">With which it goes on.</param>
internal sealed class WayBack(int pid, int tid, Registers registers, ulong signalMask)
{
    private const ulong AllSignals = ulong.MaxValue;

    /// <summary>A signal that is not pending, by which the tracee is stopped.</summary>
    public required int Carrier { get; init; }

    /// <summary>Whether a SIGSTOP is pending by which it was to be stopped; it takes the carrier's place.</summary>
    public bool StopIsPending { get; init; }

    /// <summary>Whether the process is in a group-stop already.</summary>
    public bool GroupIsStopped { get; init; }

    /// <summary>The address of an instruction that calls the kernel.</summary>
    public required ulong CallInstruction { get; init; }

    /// <summary>A signal that no tracer sees coming: neither pending nor one of job control.</summary>
    public static int ChooseCarrier(ulong pending)
    {
        ReadOnlySpan<int> candidates = [23, 28, 17, 10, 12, 14, 1, 2, 3, 15, 34, 35, 36, 37];
        foreach (var signal in candidates)
        {
            if ((pending & NotificationSignal.Bit(signal)) == 0)
            {
                return signal;
            }
        }

        throw new CheckpointException("too many signals are pending for a traced task to be stopped by one that is not");
    }

    /// <summary>Appends all calls of the way.</summary>
    public void Append(SyscallProgram program, TraceRelation to)
    {
        AppendKnownStop(program);
        program.Ptrace(PTRACE_SETOPTIONS, tid, 0, to.Options);
        switch (to.Stop)
        {
            case TraceStop.Running:
                AppendRunning(program, to);
                return;
            case TraceStop.Signal:
                AppendSignal(program, to);
                break;
            case TraceStop.CallEntry:
                program.SetRegisters(tid, registers);
                program.SetSignalMask(tid, AllSignals);
                GoOn(program, PTRACE_SYSCALL, to.Reported);
                program.SetSignalMask(tid, signalMask);
                return;
            case TraceStop.CallExit:
                var nothing = registers.Clone();
                Processor.Current.CallForNothing(nothing, CallInstruction);
                program.SetRegisters(tid, nothing);
                program.SetSignalMask(tid, AllSignals);
                GoOn(program, PTRACE_SYSCALL, reported: true);
                GoOn(program, PTRACE_SYSCALL, to.Reported);
                break;
            case TraceStop.Interrupted:
                program.Ptrace(PTRACE_INTERRUPT, tid, 0, 0);
                GoOn(program, PTRACE_CONT, to.Reported);
                break;
            default:
                AppendGroupStop(program, to);
                break;
        }

        program.SetRegisters(tid, registers);
        program.SetSignalMask(tid, signalMask);
        if (to.Stop == TraceStop.Listening)
        {
            program.Ptrace(PTRACE_LISTEN, tid, 0, 0);
        }
    }

    /// <summary>
    /// Wherever the tracee stands, it stops next before it comes to its code: all other signals are blocked, and no call
    /// is to be made or to be made again.
    /// </summary>
    public void AppendKnownStop(SyscallProgram program)
    {
        program.SetRegisters(tid, Processor.Current.ForUserMode(registers, signalWaits: false));
        program.SetSignalMask(tid, AllSignals & ~NotificationSignal.Bit(Carrier));
        if (!StopIsPending)
        {
            program.Try(SystemCall.tgkill, pid, tid, Carrier);
        }

        GoOn(program, PTRACE_CONT, reported: true);
    }

    private void AppendRunning(SyscallProgram program, TraceRelation to)
    {
        program.SetRegisters(tid, registers);
        if (to.InCall)
        {
            // The tracer has seen this entry.
            program.SetSignalMask(tid, AllSignals);
            GoOn(program, PTRACE_SYSCALL, reported: true);
        }

        program.SetSignalMask(tid, signalMask);
        program.Ptrace(to.Resume == TraceResume.ToSystemCall ? PTRACE_SYSCALL : PTRACE_CONT, tid, 0, 0);
    }

    /// <summary>
    /// A stop whose status has been fetched differs from any other signal's only in its siginfo_t. One that is still to be
    /// fetched has to come from the signal itself.
    /// </summary>
    private void AppendSignal(SyscallProgram program, TraceRelation to)
    {
        if (!to.Reported)
        {
            program.SetSignalMask(tid, AllSignals & ~NotificationSignal.Bit(to.Signal));
            program.Try(SystemCall.tgkill, pid, tid, to.Signal);
            GoOn(program, PTRACE_CONT, reported: false);
        }

        program.Ptrace(PTRACE_SETSIGINFO, tid, 0, program.Store(to.Siginfo));
    }

    private void AppendGroupStop(SyscallProgram program, TraceRelation to)
    {
        if (GroupIsStopped && to.Seized)
        {
            program.Ptrace(PTRACE_INTERRUPT, tid, 0, 0);
            GoOn(program, PTRACE_CONT, to.Reported);
            return;
        }

        program.SetSignalMask(tid, AllSignals & ~NotificationSignal.Bit(to.Signal));
        program.Try(SystemCall.tgkill, pid, tid, to.Signal);
        GoOn(program, PTRACE_CONT, reported: true);
        program.Ptrace(PTRACE_CONT, tid, 0, to.Signal);
        program.AwaitStop(tid);
        if (to.Reported)
        {
            program.TakeStop(tid);
        }
    }

    private void GoOn(SyscallProgram program, long request, bool reported)
    {
        program.Ptrace(request, tid, 0, 0);
        program.AwaitStop(tid);
        if (reported)
        {
            program.TakeStop(tid);
        }
    }
}
