using CrStream.Abstractions;

namespace CrStream.Engine.Memory;

/// <summary>An address space (<c>struct mm_struct</c>), without its pages.</summary>
internal sealed record MmState
{
    /// <summary>A process that has it.</summary>
    public required int Pid { get; init; }

    /// <summary>The mappings in ascending order, without the kernel's own.</summary>
    public required IReadOnlyList<VmaState> Vmas { get; init; }

    /// <summary>Where the kernel's own mappings lie.</summary>
    public required IReadOnlyList<KernelMapping> KernelMappings { get; init; }

    /// <summary>Where code, data, heap, stack, arguments and environment begin and end.</summary>
    public required MmLayout Layout { get; init; }

    /// <summary>The auxiliary vector, as it stands in /proc/PID/auxv.</summary>
    public required ReadOnlyMemory<byte> AuxiliaryVector { get; init; }

    /// <summary>The id of the <c>file</c> object that is the executable.</summary>
    public required ulong Executable { get; init; }

    /// <summary>PR_SET_DUMPABLE.</summary>
    public required int Dumpable { get; init; }

    /// <summary>PR_SET_THP_DISABLE.</summary>
    public required bool ThpDisabled { get; init; }

    /// <summary>The MCL_ flags of mlockall(2) that hold for mappings to come: 0, MCL_FUTURE, or that with MCL_ONFAULT.</summary>
    public required int LockFuture { get; init; }

    /// <summary>/proc/PID/coredump_filter.</summary>
    public required uint CoreDumpFilter { get; init; }

    /// <summary>The id of the <c>mm</c> object as whose copy it begins; 0 for none.</summary>
    public ulong Base { get; init; }

    /// <summary>Which pages it has from there.</summary>
    public InheritedPages Inherited { get; init; } = InheritedPages.None;

    public Fields ToFields(Func<VmaState, Value?> file, Value executable, Value? from) => new Fields
    {
        ["pid"] = Pid,
        ["vmas"] = Value.Array(Vmas.Select(vma => vma.ToFields(file(vma)))),
        ["kernel_mappings"] = Value.Array(KernelMappings.Select(mapping => mapping.ToFields())),
        ["layout"] = Layout.ToFields(),
        ["auxv"] = Value.Bytes(AuxiliaryVector),
        ["executable"] = executable,
        ["dumpable"] = Dumpable,
        ["thp_disabled"] = ThpDisabled,
        ["lock_future"] = LockFuture,
        ["coredump_filter"] = CoreDumpFilter,
    }.AddIfAny("base", from).AddIfAny("inherited", from is null ? null : Inherited.ToValue());

    public static MmState From(Fields fields)
    {
        var state = new MmState
        {
            Pid = fields.Int32("pid"),
            Vmas = [.. fields.Maps("vmas").Select(VmaState.From)],
            KernelMappings = [.. fields.Maps("kernel_mappings").Select(KernelMapping.From)],
            Layout = MmLayout.From(fields.Map("layout")),
            AuxiliaryVector = fields.Bytes("auxv"),
            Executable = fields.Reference("executable"),
            Dumpable = fields.Int32("dumpable"),
            ThpDisabled = fields.Boolean("thp_disabled"),
            LockFuture = fields.Int32("lock_future"),
            CoreDumpFilter = fields.UInt32("coredump_filter"),
            Base = fields.Find("base") is null ? 0 : fields.Reference("base"),
            Inherited = fields.Find("base") is null ? InheritedPages.None : InheritedPages.From(fields, "inherited"),
        };
        var ranges = state.Vmas.Select(vma => (vma.Start, vma.End)).Concat(state.KernelMappings.Select(mapping => (mapping.Start, mapping.End))).Order().ToArray();
        return ranges.Zip(ranges.Skip(1)).Any(pair => pair.First.End > pair.Second.Start)
            ? throw new FieldException("vmas", "has mappings that overlap")
            : state;
    }
}
