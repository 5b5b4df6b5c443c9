namespace CrStream.Linux.Bpf;

/// <summary>
/// What the kernel keeps of a thread and hardly tells otherwise. The pointers are identities: two threads share an
/// object if theirs are equal. They are valid while the tasks are frozen, and belong in no image.
/// </summary>
/// <param name="Tid">The thread's number in the reader's pid namespace.</param>
/// <param name="Tgid">Its thread group's number there, the pid of user space.</param>
public sealed record KernelTask(int Tid, int Tgid)
{
    /// <summary>Where set_tid_address(2) wants a zero when the thread ends; 0 for nowhere.</summary>
    public required ulong ClearChildTid { get; init; }

    /// <summary>The signal that the thread gets when its parent ends, PR_SET_PDEATHSIG; 0 for none.</summary>
    public required int ParentDeathSignal { get; init; }

    /// <summary>The alternate signal stack's address, sigaltstack(2).</summary>
    public required ulong AlternateStack { get; init; }

    /// <summary>Its size in bytes; 0 where there is none.</summary>
    public required ulong AlternateStackSize { get; init; }

    /// <summary>Its flags: SS_DISABLE, SS_AUTODISARM.</summary>
    public required uint AlternateStackFlags { get; init; }

    /// <summary>The secure bits of its credentials, PR_SET_SECUREBITS.</summary>
    public required uint SecureBits { get; init; }

    /// <summary>The signal that its parent gets when it ends; -1 for a thread that leads no group.</summary>
    public required int ExitSignal { get; init; }

    /// <summary>Whether it has ended, and waits for somebody to wait for it.</summary>
    public required bool HasEnded { get; init; }

    /// <summary>Its address space (struct mm_struct); 0 for a kernel thread and for one that has ended.</summary>
    public required ulong Mm { get; init; }

    /// <summary>The open file of the address space's executable (struct file), which holds one reference to it; 0 for none.</summary>
    public required ulong ExecutableFile { get; init; }

    /// <summary>What that file leads to.</summary>
    public required KernelInode ExecutableInode { get; init; }

    /// <summary>Its descriptor table (struct files_struct).</summary>
    public required ulong Files { get; init; }

    /// <summary>Its directories and umask (struct fs_struct).</summary>
    public required ulong Fs { get; init; }

    /// <summary>Its signal actions (struct sighand_struct).</summary>
    public required ulong SignalActions { get; init; }

    /// <summary>Its thread group's signals, timers and limits (struct signal_struct).</summary>
    public required ulong Signal { get; init; }

    /// <summary>Its System V semaphore undo list (struct sem_undo_list); 0 where it has none yet.</summary>
    public required ulong UndoList { get; init; }

    /// <summary>Whether something stands in that list: it has used SEM_UNDO of semop(2).</summary>
    public required bool HasUndo { get; init; }

    /// <summary>Its I/O context (struct io_context); 0 where it has none yet.</summary>
    public required ulong IoContext { get; init; }

    /// <summary>Threads that use the address space, and what holds it for a moment (mm_users).</summary>
    public required long MmUsers { get; init; }

    /// <summary>Threads that use the descriptor table, and what holds it for a moment.</summary>
    public required long FilesUsers { get; init; }

    /// <summary>Threads that use the directories.</summary>
    public required long FsUsers { get; init; }

    /// <summary>Threads that use the signal actions.</summary>
    public required long SignalActionsUsers { get; init; }

    /// <summary>VM_* flags that new mappings get: VM_LOCKED after mlockall(MCL_FUTURE), VM_MERGEABLE after PR_SET_MEMORY_MERGE.</summary>
    public required ulong DefaultMappingFlags { get; init; }

    /// <summary>Whether and how it is traced: PT_* (include/linux/ptrace.h).</summary>
    public required uint PtraceFlags { get; init; }

    /// <summary>Where it is in job control and tracing: JOBCTL_* (include/linux/sched/jobctl.h).</summary>
    public required ulong JobControl { get; init; }

    /// <summary>What is to be done at its next system call: SYSCALL_WORK_* (include/linux/thread_info.h).</summary>
    public required ulong SystemCallWork { get; init; }

    /// <summary>How its interrupted system call goes on. Says something only where its result is -ERESTART_RESTARTBLOCK.</summary>
    public required RestartBlock RestartBlock { get; init; }
}
