using CrStream.Abstractions;
using CrStream.Image;

namespace CrStream.Engine.Memory;

/// <summary>An address space as a node of the graph. Its pages follow it in the stream: the serializer reads them.</summary>
/// <param name="state">Without ids of files.</param>
/// <param name="files">The file node of each mapping, null for anonymous memory.</param>
/// <param name="executable">The executable's file node.</param>
internal sealed class MmNode(MmState state, IReadOnlyList<KernelObject?> files, KernelObject executable) : KernelObject
{
    private readonly Dictionary<ulong, KernelObject?> fileByStart = state.Vmas.Zip(files).ToDictionary(pair => pair.First.Start, pair => pair.Second);
    private readonly KernelObject[] fileNodes = [.. files.OfType<KernelObject>().Append(executable).Distinct()];

    /// <summary>A task that has the address space.</summary>
    public int Tid { get; init; } = state.Pid;

    /// <summary>The first process that has it.</summary>
    public int Pid => State.Pid;

    /// <summary>What was collected.</summary>
    public MmState State { get; private set; } = state;

    /// <summary>The address space as whose copy it begins, or null.</summary>
    public MmNode? Base { get; private set; }

    /// <inheritdoc/>
    public override ObjectType Type => CoreTypes.Mm;

    /// <inheritdoc/>
    public override string Description => $"the address space of {Pid}";

    /// <inheritdoc/>
    public override IReadOnlyList<KernelObject> References => Base is null ? fileNodes : [.. fileNodes, Base];

    /// <summary>The file node of one of its mappings, null for anonymous memory.</summary>
    public KernelObject? FileOf(VmaState vma) => fileByStart[vma.Start];

    /// <summary>Makes it a copy of another in the image, with pages that it has from there.</summary>
    public void Inherit(MmNode from, InheritedPages pages)
    {
        Base = from;
        State = State with { Inherited = pages };
    }

    /// <inheritdoc/>
    public override Fields Describe(IReferences references) => State.ToFields(
        vma => FileOf(vma) is { } file ? references.To(file) : null, references.To(executable), Base is null ? null : references.To(Base));
}
