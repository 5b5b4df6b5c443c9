using CrStream.Abstractions;
using CrStream.Engine.Tree;

namespace CrStream.Engine.Memory;

/// <summary>An address space as a node of the graph. Its pages follow it in the stream: the serializer reads them.</summary>
/// <param name="pid">Whose.</param>
/// <param name="state">Without ids of files.</param>
/// <param name="files">The file node of each mapping, null for anonymous memory.</param>
/// <param name="executable">The executable's file node.</param>
internal sealed class MmNode(int pid, MmState state, IReadOnlyList<KernelObject?> files, KernelObject executable) : CoreObject(
    "mm",
    $"the address space of {pid}",
    references =>
    {
        var byVma = state.Vmas.Zip(files).ToDictionary(pair => pair.First.Start, pair => pair.Second);
        return state.ToFields(vma => byVma[vma.Start] is { } file ? references.To(file) : null, references.To(executable));
    },
    [.. files.OfType<KernelObject>().Append(executable).Distinct()])
{
    /// <summary>A process that has the address space.</summary>
    public int Pid => pid;

    /// <summary>What was collected.</summary>
    public MmState State => state;
}
