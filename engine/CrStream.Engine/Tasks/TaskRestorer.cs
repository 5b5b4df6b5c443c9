using CrStream.Abstractions;
using CrStream.Linux.Acting;
using CrStream.Linux.Architectures;
using CrStream.Linux.Processes;

namespace CrStream.Engine.Tasks;

/// <summary>Gives a new task all that the image says of it, with one program run inside it, and in the end its registers.</summary>
/// <param name="ownCredentials">What new tasks have: the restorer's credentials.</param>
/// <param name="ownScheduling">Likewise.</param>
internal sealed class TaskRestorer(CredentialState ownCredentials, SchedulingState ownScheduling)
{
    private const int PR_SET_PDEATHSIG = 1;
    private const int PR_SET_NAME = 15;
    private const int PR_GET_SECUREBITS = 27;
    private const int PR_SET_TIMERSLACK = 29;
    private const uint SS_DISABLE = 2;

    /// <summary>What new tasks have.</summary>
    public CredentialState OwnCredentials => ownCredentials;

    /// <summary>Reads what a new task has from the restorer.</summary>
    public static TaskRestorer For(FrozenTask task)
    {
        var program = new SyscallProgram();
        var secureBits = program.Call(SystemCall.prctl, PR_GET_SECUREBITS, 0, 0, 0, 0);
        var scheduling = SchedulingState.Ask(program);
        var outcome = task.Run(program);
        return new(CredentialState.From(task.Status, (uint)outcome[secureBits]), scheduling(outcome));
    }

    /// <summary>Refuses what the restorer has no right to give.</summary>
    public void Require(TaskState state)
    {
        var own = ownCredentials.Capabilities;
        var missing = (state.Credentials.Capabilities[CredentialState.Permitted] & ~own[CredentialState.Permitted])
            | (state.Credentials.Capabilities[CredentialState.Bounding] & ~own[CredentialState.Bounding]);
        if (missing != 0)
        {
            throw new RestoreException(
                $"task {state.Tid} has capabilities that this process has not: 0x{missing:x} (bit N is capability N)", "restore it as a user who has them; capsh --decode names them");
        }
    }

    /// <summary>Sets everything but the registers.</summary>
    public void Restore(FrozenTask task, TaskState state)
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.prctl, PR_SET_NAME, program.Store([.. state.Name.Span, 0]), 0, 0, 0);
        if ((state.SignalStack.Flags & SS_DISABLE) == 0 && state.SignalStack.Length > 0)
        {
            program.Call(SystemCall.sigaltstack, program.Store64(state.SignalStack.Address, state.SignalStack.Flags, state.SignalStack.Length), 0);
        }

        program.Call(SystemCall.set_tid_address, state.ClearChildTid);
        if (state.RobustList.Address != 0)
        {
            program.Call(SystemCall.set_robust_list, state.RobustList.Address, state.RobustList.Length);
        }

        if (state.Rseq is { } rseq)
        {
            program.Call(SystemCall.rseq, rseq.Address, rseq.Length, rseq.Flags, rseq.Signature);
        }

        if (state.TimerSlack > 0)
        {
            program.Call(SystemCall.prctl, PR_SET_TIMERSLACK, state.TimerSlack, 0, 0, 0);
        }

        foreach (var info in state.PendingSignals)
        {
            program.Call(SystemCall.rt_tgsigqueueinfo, task.OwnPid, task.OwnTid, BitConverter.ToInt32(info), program.Store(info));
        }

        state.Scheduling.AppendTo(program, ownScheduling);
        CredentialProgram.Append(program, state.Credentials, ownCredentials);
        if (state.ParentDeathSignal != 0)
        {
            program.Call(SystemCall.prctl, PR_SET_PDEATHSIG, state.ParentDeathSignal, 0, 0, 0);
        }

        task.Run(program);
    }

    /// <summary>
    /// Sets registers, extended state and mask, with which the task will go on. A timed call gets its time first. Nothing
    /// can be run inside the task afterwards, except to take the scratch away.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="state">What it had.</param>
    /// <param name="monotonicOffset">What its time namespace adds to CLOCK_MONOTONIC, in nanoseconds.</param>
    public static void Finish(FrozenTask task, TaskState state, long monotonicOffset)
    {
        task.Trace.SetExtendedState(state.ExtendedState.Span);
        task.Registers = Processor.Current.CreateRegisters(state.Registers.ToArray());
        task.SignalMask = state.SignalMask;
        if (state.TimedCall is { } call)
        {
            task.BeginInterrupted(Remaining(call, monotonicOffset));
        }
        else if (Processor.Current.HasRestartBlock(task.Registers))
        {
            Processor.Current.RestartFromBeginning(task.Registers);
        }

        task.PutBack();
    }

    private static SyscallProgram Remaining(TimedCall call, long monotonicOffset)
    {
        var program = new SyscallProgram();
        var arguments = call.Arguments;
        switch (call.Kind)
        {
            case TimedCallKind.Sleep:
                program.Try(SystemCall.clock_nanosleep, call.Clock, 0, Time(program, call.Remaining), arguments[0]);
                break;
            case TimedCallKind.Poll:
                program.Try(SystemCall.poll, arguments[0], arguments[1], Math.Min(int.MaxValue, (call.Remaining + 999_999) / 1_000_000));
                break;
            default:
                program.Try(SystemCall.futex, arguments[0], arguments[2], arguments[1], Time(program, Clocks.Now(call.Clock) + call.Remaining + (call.Clock == Clocks.CLOCK_MONOTONIC ? monotonicOffset : 0)), 0, arguments[3]);
                break;
        }

        return program;
    }

    private static SyscallBuffer Time(SyscallProgram program, long nanoseconds) =>
        program.Store64((ulong)(nanoseconds / 1_000_000_000), (ulong)(nanoseconds % 1_000_000_000));
}
