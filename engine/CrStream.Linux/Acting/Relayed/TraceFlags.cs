using CrStream.Linux.Bpf;

namespace CrStream.Linux.Acting.Relayed;

/// <summary>What the kernel keeps of a traced task, decoded (include/linux/ptrace.h, sched/jobctl.h, thread_info.h).</summary>
/// <param name="Task">As BPF read it.</param>
internal readonly record struct TraceFlags(KernelTask Task)
{
    private const uint PT_SEIZED = 0x10000;
    private const int PT_OPT_FLAG_SHIFT = 3;
    private const uint PTRACE_O_MASK = 0xFF | (1 << 20) | (1 << 21);
    private const ulong JOBCTL_STOP_SIGMASK = 0xFFFF;
    private const ulong JOBCTL_TRAP_STOP = 1UL << 19;
    private const ulong JOBCTL_LISTENING = 1UL << 22;
    private const ulong SYSCALL_WORK_SYSCALL_TRACE = 1 << 2;
    private const ulong SYSCALL_WORK_SYSCALL_EMU = 1 << 3;

    /// <summary>Whether by PTRACE_SEIZE.</summary>
    public bool IsSeized => (Task.PtraceFlags & PT_SEIZED) != 0;

    /// <summary>PTRACE_SETOPTIONS.</summary>
    public uint Options => (Task.PtraceFlags >> PT_OPT_FLAG_SHIFT) & PTRACE_O_MASK;

    /// <summary>PTRACE_LISTEN was asked for.</summary>
    public bool IsListening => (Task.JobControl & JOBCTL_LISTENING) != 0;

    /// <summary>PTRACE_INTERRUPT was asked for, and the task has not stopped yet.</summary>
    public bool IsInterrupted => (Task.JobControl & JOBCTL_TRAP_STOP) != 0;

    /// <summary>The signal of the last group-stop.</summary>
    public int GroupStopSignal => (int)(Task.JobControl & JOBCTL_STOP_SIGMASK);

    /// <summary>Let run by PTRACE_SYSCALL.</summary>
    public bool ReportsCalls => (Task.SystemCallWork & SYSCALL_WORK_SYSCALL_TRACE) != 0;

    /// <summary>Let run by PTRACE_SYSEMU.</summary>
    public bool EmulatesCalls => (Task.SystemCallWork & SYSCALL_WORK_SYSCALL_EMU) != 0;
}
