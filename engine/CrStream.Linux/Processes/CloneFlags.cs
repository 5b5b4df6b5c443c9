namespace CrStream.Linux.Processes;

/// <summary>What a new task shares with its maker, and how it is made: the flags of clone(2), by the kernel's names.</summary>
[Flags]
public enum CloneFlags : ulong
{
    /// <summary>A process with copies of everything.</summary>
    None = 0,

    /// <summary>The address space.</summary>
    CLONE_VM = 0x100,

    /// <summary>Working directory, root and umask.</summary>
    CLONE_FS = 0x200,

    /// <summary>The descriptor table.</summary>
    CLONE_FILES = 0x400,

    /// <summary>The signal actions; only with the address space.</summary>
    CLONE_SIGHAND = 0x800,

    /// <summary>The maker waits until the new task executes a program or ends.</summary>
    CLONE_VFORK = 0x4000,

    /// <summary>The maker's parent is the parent.</summary>
    CLONE_PARENT = 0x8000,

    /// <summary>A thread of the maker's process; only with the signal actions.</summary>
    CLONE_THREAD = 0x10000,

    /// <summary>The System V semaphore undo list.</summary>
    CLONE_SYSVSEM = 0x40000,

    /// <summary>Not what is shared: a time namespace for its children.</summary>
    CLONE_NEWTIME = 0x80,

    /// <summary>Likewise a uts namespace of its own: host and domain name.</summary>
    CLONE_NEWUTS = 0x4000000,

    /// <summary>Likewise an ipc namespace: System V IPC and POSIX message queues.</summary>
    CLONE_NEWIPC = 0x8000000,

    /// <summary>Likewise a pid namespace of its own, whose init it is.</summary>
    CLONE_NEWPID = 0x20000000,

    /// <summary>The I/O context, where the maker has one.</summary>
    CLONE_IO = 0x80000000,
}
