using CrStream.Abstractions;
using CrStream.Engine.Tree;

namespace CrStream.Engine.Memory;

/// <summary>An address space as a node of the graph. Its pages follow it in the stream: the serializer reads them.</summary>
/// <param name="state">Without ids of files.</param>
/// <param name="files">The file node of each mapping, null for anonymous memory.</param>
/// <param name="executable">The executable's file node.</param>
internal sealed class MmNode(MmState state, IReadOnlyList<KernelObject?> files, KernelObject executable) : CoreObject(
    "mm",
    $"the address space of {state.Pid}",
    references =>
    {
        var byVma = state.Vmas.Zip(files).ToDictionary(pair => pair.First.Start, pair => pair.Second);
        return state.ToFields(vma => byVma[vma.Start] is { } file ? references.To(file) : null, references.To(executable));
    },
    [.. files.OfType<KernelObject>().Append(executable).Distinct()])
{
    /// <summary>A process that has the address space.</summary>
    public int Pid => state.Pid;

    /// <summary>What was collected.</summary>
    public MmState State => state;
}
