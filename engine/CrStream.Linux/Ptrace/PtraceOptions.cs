namespace CrStream.Linux.Ptrace;

/// <summary>What a traced task reports (ptrace(2), PTRACE_SETOPTIONS).</summary>
[Flags]
public enum PtraceOptions
{
    /// <summary>Nothing beyond stops.</summary>
    None = 0,

    /// <summary>PTRACE_O_TRACESYSGOOD: system call stops are told from SIGTRAP.</summary>
    TraceSysGood = 1,

    /// <summary>PTRACE_O_TRACEFORK: children are traced too.</summary>
    TraceFork = 2,

    /// <summary>PTRACE_O_TRACEVFORK.</summary>
    TraceVfork = 4,

    /// <summary>PTRACE_O_TRACECLONE: new threads are traced too.</summary>
    TraceClone = 8,

    /// <summary>PTRACE_O_EXITKILL: the task is killed when the tracer dies.</summary>
    ExitKill = 1 << 20,

    /// <summary>PTRACE_O_SUSPEND_SECCOMP: no filter applies while the task is traced (needs CAP_SYS_ADMIN).</summary>
    SuspendSeccomp = 1 << 21,
}
