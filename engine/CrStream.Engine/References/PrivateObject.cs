using CrStream.Linux.Bpf;

namespace CrStream.Engine.References;

/// <summary>An object behind files of the tree that a handler declared to be private.</summary>
/// <param name="Kind">One of <see cref="LeakKind"/>.</param>
/// <param name="Description">How the handler calls it.</param>
/// <param name="Inode">Its inode.</param>
/// <param name="IsSegment">Whether it is a System V shared memory segment.</param>
/// <param name="Link">Where its descriptors lead; null where it has none.</param>
/// <param name="Descriptors">The descriptors of the tree that lead to it.</param>
internal sealed record PrivateObject(string Kind, string Description, KernelInode Inode, bool IsSegment, string? Link, IReadOnlyList<(int Tid, int Fd)> Descriptors);
