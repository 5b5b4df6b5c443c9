using CrStream.Abstractions;
using CrStream.Linux.Acting.Relayed;
using CrStream.Linux.Architectures;
using CrStream.Linux.Proc;
using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Acting;

/// <summary>
/// A task in its freeze: what it was doing, and the way to run system calls inside it. All members are for the tracer's
/// thread.
/// </summary>
public sealed class FrozenTask : ITask
{
    private readonly ActingSpace space;
    private LastWill? will;

    internal FrozenTask(TracedTask trace, ActingSpace space, TimeSpan timeout)
    {
        Trace = trace;
        Proc = new ProcTask(trace.Pid, trace.Tid);
        Status = Proc.Status();
        Timeout = timeout;
        this.space = space;
        Registers = trace.GetRegisters();
        SignalMask = trace.GetSignalMask();
    }

    /// <inheritdoc/>
    public int Pid => Trace.Pid;

    /// <inheritdoc/>
    public int Tid => Trace.Tid;

    /// <summary>The thread group's id as the task sees it itself: in its own pid namespace.</summary>
    public int OwnPid => Status.NStgid[^1];

    /// <summary>Its id as it sees it itself: in its own pid namespace.</summary>
    public int OwnTid => Status.NSpid[^1];

    /// <summary>The tasks that programs run inside have made and that nobody has asked for yet, in their order: their ids in this process's pid namespace.</summary>
    internal Queue<int> Births { get; } = new();

    /// <summary>The ptrace side.</summary>
    public TracedTask Trace { get; internal set; }

    /// <summary>The task's files in /proc.</summary>
    public ProcTask Proc { get; }

    /// <summary>/proc/PID/task/TID/status, read in the freeze.</summary>
    public ProcStatus Status { get; }

    /// <summary>The registers with which the task goes on, in the kernel's terms: a call to be restarted stands as such.</summary>
    public Registers Registers { get; set; }

    /// <summary>The signals that it blocks.</summary>
    public ulong SignalMask { get; set; }

    /// <summary>Signals that a program run inside makes pending, and that must not be taken for its answer.</summary>
    public ulong SignalsToKeepPending { get; set; }

    /// <summary>How long a program may take.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>
    /// The registers as the freeze found them, where it had ended a call with EINTR that is now made again instead; null
    /// where it had not.
    /// </summary>
    internal Registers? Unmended { get; private set; }

    /// <summary>Whether a caught signal will be delivered as soon as the task goes on.</summary>
    public bool SignalWaits => Signals(Status);

    /// <summary>The stop signal that arrived during the freeze and is to be sent again; 0 for none.</summary>
    public int DeferredStop { get; internal set; }

    /// <summary>Takes back what the freeze itself did to a call.</summary>
    internal void Mend()
    {
        var found = Registers.Clone();
        if (Trace.IsStoppedHere && !SignalWaits && Processor.Current.MendInterruptedCall(Registers))
        {
            Unmended = found;
            Trace.PutBack(Registers, SignalMask);
        }
    }

    /// <summary>Gives a call that the freeze had ended, and that is made again, the time that is left instead of all of it.</summary>
    /// <param name="nanoseconds">The time that is left.</param>
    public void ShortenMendedCall(long nanoseconds)
    {
        if (Unmended is not null && Processor.Current.ShortenMendedCall(Registers, nanoseconds))
        {
            Trace.SetRegisters(Registers);
        }
    }

    /// <summary>
    /// A handler is to end the call that a signal met in the freeze, as it would have ended it without one: the caller
    /// may wait for nothing else.
    /// </summary>
    internal void LetHandlerEndMendedCall()
    {
        if (Unmended is not null && Signals(Proc.Status()))
        {
            Trace.PutBack(Unmended, SignalMask);
        }
    }

    /// <inheritdoc/>
    public SyscallOutcome Run(SyscallProgram program) => space.Run(this, program);

    /// <summary>Begins a timed call and interrupts it at once, so that the task can go on in it; see <see cref="Registers"/>.</summary>
    public void BeginInterrupted(SyscallProgram program) => space.BeginInterrupted(this, program);

    /// <summary>
    /// What the task does when it is let go before it has its own registers back: at first it goes on where it was; a
    /// task that traces others brings those back first (<see cref="LastWill"/>).
    /// </summary>
    internal (Registers Registers, ulong SignalMask) Resting => will is null ? (Registers, SignalMask) : will.Resting;

    /// <summary>Gives the task its own registers and mask back.</summary>
    public void PutBack()
    {
        var (registers, mask) = Resting;
        Trace.PutBack(registers, mask);
    }

    /// <summary>The tasks that this one traces and that are reached through it.</summary>
    internal List<RelayedTask> Tracees { get; } = [];

    /// <summary>Where it stands for the task of the tree that traces it; null where none does.</summary>
    public TraceRelation? TracedBy => (Trace as RelayedTask)?.Relation;

    /// <summary>Sets what the task does when it is let go in the freeze, from the next program on that is run inside it.</summary>
    internal void SetLastWill(SyscallProgram program)
    {
        space.PutBack();
        will ??= space.CreateLastWill(this);
        will.Write(program);
    }

    /// <summary>The task goes on with its own registers from now on: its tracees are where they are to be, or beyond help.</summary>
    internal void ForgetLastWill() => will = null;

    /// <summary>Makes the task run a program and lets it go, untraced.</summary>
    internal void EnterAndDetach(SyscallProgram program) => space.EnterAndDetach(this, program);

    private bool Signals(ProcStatus status) => ((status.SigPnd | status.ShdPnd) & status.SigCgt & ~SignalMask) != 0;
}
