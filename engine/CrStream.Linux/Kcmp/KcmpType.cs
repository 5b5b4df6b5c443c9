namespace CrStream.Linux.Kcmp;

/// <summary>What kcmp(2) compares, with the numbers of include/uapi/linux/kcmp.h.</summary>
public enum KcmpType
{
    /// <summary>Open file descriptions (struct file); the indices are descriptors.</summary>
    KCMP_FILE = 0,

    /// <summary>Address spaces (struct mm_struct).</summary>
    KCMP_VM = 1,

    /// <summary>Tables of open files (struct files_struct).</summary>
    KCMP_FILES = 2,

    /// <summary>Working directory, root and umask (struct fs_struct).</summary>
    KCMP_FS = 3,

    /// <summary>Tables of signal handlers (struct sighand_struct).</summary>
    KCMP_SIGHAND = 4,

    /// <summary>I/O contexts (struct io_context).</summary>
    KCMP_IO = 5,

    /// <summary>System V semaphore undo lists (struct sem_undo_list). Tasks without one are equal.</summary>
    KCMP_SYSVSEM = 6,
}
