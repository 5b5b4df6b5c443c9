namespace CrStream.Linux.Ptrace;

/// <summary>Where a traced task stands, in the terms of ptrace(2).</summary>
public enum TraceStop
{
    /// <summary>It runs, or waits in a system call.</summary>
    Running,

    /// <summary>Signal-delivery-stop.</summary>
    Signal,

    /// <summary>Syscall-enter-stop.</summary>
    CallEntry,

    /// <summary>Syscall-exit-stop.</summary>
    CallExit,

    /// <summary>PTRACE_EVENT_STOP by PTRACE_INTERRUPT, at its birth, or by SIGCONT.</summary>
    Interrupted,

    /// <summary>Group-stop.</summary>
    Group,

    /// <summary>Group-stop, and PTRACE_LISTEN behind it.</summary>
    Listening,
}

/// <summary>How a traced task was let run.</summary>
public enum TraceResume
{
    /// <summary>PTRACE_CONT.</summary>
    Continue,

    /// <summary>PTRACE_SYSCALL.</summary>
    ToSystemCall,
}

/// <summary>That a task of the tree traces another one, and where that one stands.</summary>
/// <param name="Tracer">The tracer's task id.</param>
/// <param name="Seized">Whether by PTRACE_SEIZE; else by PTRACE_ATTACH or PTRACE_TRACEME.</param>
/// <param name="Options">PTRACE_SETOPTIONS.</param>
/// <param name="Stop">Where the task stands.</param>
/// <param name="Signal">The signal of a signal-delivery-stop or group-stop, else 0.</param>
/// <param name="Siginfo">The siginfo_t of a signal-delivery-stop, else null.</param>
/// <param name="Reported">Whether the tracer has fetched the stop with wait(2).</param>
/// <param name="Resume">How a running task was let run.</param>
/// <param name="InCall">Whether a running task is inside a system call whose entry the tracer has seen.</param>
/// <param name="DebugRegisters">Breakpoints and watchpoints; see <see cref="Architectures.Processor.DebugRegisterOffsets"/>.</param>
public sealed record TraceRelation(
    int Tracer,
    bool Seized,
    uint Options,
    TraceStop Stop,
    int Signal,
    byte[]? Siginfo,
    bool Reported,
    TraceResume Resume,
    bool InCall,
    IReadOnlyList<ulong> DebugRegisters);
