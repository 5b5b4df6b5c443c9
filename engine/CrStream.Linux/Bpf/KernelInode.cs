namespace CrStream.Linux.Bpf;

/// <summary>What an open file leads to. Files opened twice have two open files and one inode.</summary>
/// <param name="Address">The inode (struct inode): an identity, valid while a frozen task holds it.</param>
/// <param name="Links">How many names it has; 0 for what never had one, or has none left.</param>
/// <param name="Entry">The directory entry by which it was opened (struct dentry), an identity.</param>
/// <param name="EntryUsers">
/// The references to the entry. That of an inode without names is found by no name: each open file on it is one
/// reference, and a System V segment itself is one more.
/// </param>
/// <param name="Pipe">The counts of a pipe or FIFO; null for everything else.</param>
public readonly record struct KernelInode(ulong Address, uint Links, ulong Entry, int EntryUsers, KernelPipe? Pipe);

/// <summary>The counts of a pipe or FIFO (struct pipe_inode_info).</summary>
/// <param name="Files">How many open files there are on it.</param>
/// <param name="Readers">How many of them can read.</param>
/// <param name="Writers">How many of them can write.</param>
public readonly record struct KernelPipe(int Files, int Readers, int Writers);
