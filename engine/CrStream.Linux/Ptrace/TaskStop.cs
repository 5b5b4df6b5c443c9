namespace CrStream.Linux.Ptrace;

/// <summary>Why a traced task stopped or ended: the status of waitpid(2), decoded as ptrace(2) says.</summary>
/// <param name="Status">The status.</param>
public readonly record struct TaskStop(int Status)
{
    private const int SIGTRAP = 5;
    private const int PTRACE_EVENT_FORK = 1;
    private const int PTRACE_EVENT_VFORK = 2;
    private const int PTRACE_EVENT_CLONE = 3;
    private const int PTRACE_EVENT_STOP = 128;

    /// <summary>It ended by exit.</summary>
    public bool Exited => (Status & 0x7F) == 0;

    /// <summary>It was ended by a signal.</summary>
    public bool Killed => !Exited && !Stopped;

    /// <summary>It is stopped.</summary>
    public bool Stopped => (Status & 0xFF) == 0x7F;

    /// <summary>The exit status, or 128 and the signal that ended it, as shells have it.</summary>
    public int ExitCode => Exited ? (Status >> 8) & 0xFF : 128 + (Status & 0x7F);

    /// <summary>The signal of the stop, without the mark of a system call stop.</summary>
    public int Signal => (Status >> 8) & 0x7F;

    /// <summary>The ptrace event, 0 for none.</summary>
    public int Event => Status >> 16;

    /// <summary>At the entry or exit of a system call.</summary>
    public bool IsSystemCall => Stopped && Event == 0 && ((Status >> 8) & 0xFF) == (SIGTRAP | 0x80);

    /// <summary>A fork, vfork or clone has made a task, whose id the event's message tells.</summary>
    public bool IsBirth => Stopped && Event is PTRACE_EVENT_FORK or PTRACE_EVENT_VFORK or PTRACE_EVENT_CLONE;

    /// <summary>By PTRACE_INTERRUPT, at birth, or in a group stop.</summary>
    public bool IsEventStop => Stopped && Event == PTRACE_EVENT_STOP;

    /// <summary>In a stop by job control: SIGSTOP, SIGTSTP, SIGTTIN or SIGTTOU.</summary>
    public bool IsGroupStop => IsEventStop && Signal != SIGTRAP;

    /// <summary>A signal is about to be delivered.</summary>
    public bool IsSignalDelivery => Stopped && Event == 0 && !IsSystemCall;
}
