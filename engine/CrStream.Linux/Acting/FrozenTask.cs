using CrStream.Abstractions;
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

    /// <summary>The ptrace side.</summary>
    public TracedTask Trace { get; }

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

    /// <summary>Whether a caught signal will be delivered as soon as the task goes on.</summary>
    public bool SignalWaits => ((Status.SigPnd | Status.ShdPnd) & Status.SigCgt & ~SignalMask) != 0;

    /// <summary>The stop signal that arrived during the freeze and is to be sent again; 0 for none.</summary>
    public int DeferredStop { get; internal set; }

    /// <inheritdoc/>
    public SyscallOutcome Run(SyscallProgram program) => space.Run(this, program);

    /// <summary>Begins a timed call and interrupts it at once, so that the task can go on in it; see <see cref="Registers"/>.</summary>
    public void BeginInterrupted(SyscallProgram program) => space.BeginInterrupted(this, program);

    /// <summary>Gives the task its own registers and mask back: the mask first, so that it never runs its own code under another one.</summary>
    public void PutBack()
    {
        Trace.SetSignalMask(SignalMask);
        Trace.SetRegisters(Registers);
    }
}
