namespace CrStream.Linux.Bpf;

/// <summary>A mapping of a file, as the kernel has it. The pointers are identities, as in <see cref="KernelFile"/>.</summary>
/// <param name="Tgid">The process, by its number in the reader's pid namespace.</param>
/// <param name="Mm">The address space (struct mm_struct). Processes that share one are each listed: count by it.</param>
/// <param name="Start">The first address.</param>
/// <param name="File">The open file that is mapped (struct file): one reference of the mapping's.</param>
/// <param name="References">How many references to the open file exist.</param>
/// <param name="Inode">What is mapped.</param>
public readonly record struct KernelMapping(int Tgid, ulong Mm, ulong Start, ulong File, long References, KernelInode Inode);
