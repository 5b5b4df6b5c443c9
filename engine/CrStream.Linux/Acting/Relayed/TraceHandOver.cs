using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using CrStream.Linux.Memory;
using CrStream.Linux.Proc;
using CrStream.Linux.Ptrace;
using static CrStream.Linux.Ptrace.PtraceRequest;

namespace CrStream.Linux.Acting.Relayed;

/// <summary>
/// Gives a task that was made here to the task that is to trace it. A task has one tracer, so for a moment it has none:
/// it then sleeps, in a program that ends it should nobody come. From there on it is reached through its tracer, and dies
/// with it.
/// </summary>
public static class TraceHandOver
{
    private const int CLOCK_MONOTONIC = 1;
    private const ulong Patience = 10;
    private const int SIGCHLD = 17;
    private const uint Options = (uint)(PtraceOptions.TraceSysGood | PtraceOptions.ExitKill);

    /// <summary>Hands a task over.</summary>
    /// <param name="tracer">The tracer; it must be one that programs can still be run in.</param>
    /// <param name="tracee">The task; its registers count for nothing yet.</param>
    /// <param name="relation">How it is traced, and where it is to stand when it is let go.</param>
    public static void To(FrozenTask tracer, FrozenTask tracee, TraceRelation relation)
    {
        var sleep = new SyscallProgram();
        sleep.Try(SystemCall.clock_nanosleep, CLOCK_MONOTONIC, 0, sleep.Store64(Patience, 0), 0);
        sleep.Call(SystemCall.exit_group, 1);
        tracee.EnterAndDetach(sleep);

        var status = new ProcTask(tracee.Pid, tracee.Tid).Status();
        var seen = RelayedTask.SeenBy(tracer, status);
        var program = new SyscallProgram();
        var traced = program.Ptrace(relation.Seized ? PTRACE_SEIZE : PTRACE_ATTACH, seen.Tid, 0, relation.Seized ? Options : 0);
        if (relation.Seized)
        {
            program.Ptrace(PTRACE_INTERRUPT, seen.Tid, 0, 0);
        }

        program.AwaitStop(seen.Tid);
        program.TakeStop(seen.Tid);
        program.Ptrace(PTRACE_SETOPTIONS, seen.Tid, 0, Options);
        foreach (var (offset, value) in Processor.Current.DebugRegisterOffsets.Zip(relation.DebugRegisters).Where(register => register.Second != 0))
        {
            program.Ptrace(PTRACE_POKEUSER, seen.Tid, offset, value);
        }

        var result = tracer.Run(program)[traced];
        if (result < 0)
        {
            throw new RestoreException(
                $"task {tracer.Tid} may not trace task {tracee.Tid} again: {ErrorNumber.Describe((int)-result)}",
                "see /proc/sys/kernel/yama/ptrace_scope, and whether the traced program changes its user");
        }

        using var memory = TaskMemory.Open(tracee.Pid);
        tracee.Trace = new RelayedTask(
            tracer, (tracee.Pid, tracee.Tid), relation, (tracee.Registers, tracee.SignalMask), status.SigPnd | status.ShdPnd, TraceeInspection.FindCallInstruction(memory, tracee.Pid))
        {
            IsAway = true,
        };
    }

    /// <summary>Takes the SIGCHLD back that a tracer got for stops that are none of its own.</summary>
    public static void TakeSignalBack(FrozenTask tracer)
    {
        var program = new SyscallProgram();
        program.Try(SystemCall.rt_sigtimedwait, program.Store64(NotificationSignal.Bit(SIGCHLD)), 0, program.Store64(0, 0), sizeof(ulong));
        tracer.Run(program);
    }
}
