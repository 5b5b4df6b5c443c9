namespace CrStream.Linux.Bpf;

/// <summary>
/// A descriptor and the open file behind it, as the kernel has them. The pointers are identities: two descriptors share
/// an open file if theirs are equal. They are valid while the tasks are frozen, and belong in no image.
/// </summary>
/// <param name="Tgid">The process, by its number in the reader's pid namespace.</param>
/// <param name="Tid">
/// The thread whose descriptor table this is: the process's first thread, or one that has a table of its own.
/// </param>
/// <param name="Fd">The descriptor.</param>
/// <param name="File">The open file (struct file).</param>
/// <param name="Files">
/// The descriptor table (struct files_struct). Processes that share a table are each listed, but the table holds each
/// file once: count by table.
/// </param>
/// <param name="References">
/// How many references to the open file exist: a descriptor in a table, a mapping, a message in flight, a system call
/// under way on it (of a thread that shares its table), and whatever else in the kernel holds it, each one.
/// </param>
/// <param name="Mode">FMODE_* of include/linux/fs.h: 1 for reading, 2 for writing.</param>
/// <param name="Flags">O_* of open(2) and fcntl(2), without O_CLOEXEC, which is the descriptor's.</param>
/// <param name="Inode">What is open.</param>
public readonly record struct KernelFile(
    int Tgid,
    int Tid,
    int Fd,
    ulong File,
    ulong Files,
    long References,
    uint Mode,
    uint Flags,
    KernelInode Inode);
