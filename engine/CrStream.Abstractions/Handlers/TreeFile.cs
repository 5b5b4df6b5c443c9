namespace CrStream.Abstractions;

/// <summary>An open file description of the tree that descriptors lead to.</summary>
/// <param name="Node">Its node in the graph, which others may refer to. The restore makes a <see cref="RestoredDescription"/> of it.</param>
/// <param name="Descriptors">The descriptors, each with its process; at least one.</param>
public sealed record TreeFile(KernelObject Node, IReadOnlyList<(int Pid, int Fd)> Descriptors);
