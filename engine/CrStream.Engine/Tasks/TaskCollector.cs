using CrStream.Abstractions;
using CrStream.Linux.Acting;
using CrStream.Linux.Bpf;

namespace CrStream.Engine.Tasks;

/// <summary>Collects what a frozen task has of its own, with one program run inside it.</summary>
internal static class TaskCollector
{
    private const int PR_GET_PDEATHSIG = 2;
    private const int PR_GET_SECUREBITS = 27;
    private const int PR_GET_TIMERSLACK = 30;
    private const int PR_GET_TID_ADDRESS = 40;
    private const uint SS_ONSTACK = 1;
    private const int NameLength = 15;

    /// <summary>Collects a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="restart">What the kernel notes for its restart, or null where that is not known.</param>
    public static TaskState Collect(FrozenTask task, RestartBlock? restart)
    {
        UncarriedState.Require(task);
        var program = new SyscallProgram();
        var stack = program.Reserve(24);
        program.Call(SystemCall.sigaltstack, 0, stack);
        var childTid = program.Reserve(8);
        program.Call(SystemCall.prctl, PR_GET_TID_ADDRESS, childTid, 0, 0, 0);
        var deathSignal = program.Reserve(8);
        program.Call(SystemCall.prctl, PR_GET_PDEATHSIG, deathSignal, 0, 0, 0);
        var secureBits = program.Call(SystemCall.prctl, PR_GET_SECUREBITS, 0, 0, 0, 0);
        var timerSlack = program.Call(SystemCall.prctl, PR_GET_TIMERSLACK, 0, 0, 0, 0);
        var (listHead, listLength) = (program.Reserve(8), program.Reserve(8));
        program.Call(SystemCall.get_robust_list, 0, listHead, listLength);
        var scheduling = SchedulingState.Ask(program);
        var requireCarried = UncarriedState.Ask(program, task);
        var outcome = task.Run(program);
        requireCarried(outcome);
        return new()
        {
            Tid = task.Tid,
            Pid = task.Pid,
            Name = task.Status.Name.Bytes[..Math.Min(NameLength, task.Status.Name.Bytes.Length)].ToArray(),
            Registers = task.Registers.Raw,
            ExtendedState = task.Trace.GetExtendedState(),
            SignalMask = task.SignalMask,
            PendingSignals = Signals.PendingSignals.Collect(task, shared: false),
            SignalStack = (outcome.UInt64(stack), outcome.UInt32(stack, 8) & ~SS_ONSTACK, outcome.UInt64(stack, 16)),
            ClearChildTid = outcome.UInt64(childTid),
            RobustList = (outcome.UInt64(listHead), outcome.UInt64(listLength)),
            Rseq = task.Trace.GetRestartableSequences(),
            ParentDeathSignal = (int)outcome.UInt32(deathSignal),
            TimerSlack = (ulong)outcome[timerSlack],
            Credentials = CredentialState.From(task.Status, (uint)outcome[secureBits]),
            Scheduling = scheduling(outcome),
            TimedCall = TimedCallCollector.Collect(task.Registers, restart),
            TracedBy = task.TracedBy,
        };
    }
}
