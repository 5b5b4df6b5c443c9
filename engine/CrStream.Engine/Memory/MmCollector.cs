using CrStream.Abstractions;
using CrStream.Engine.Files;
using CrStream.Linux.Acting;
using CrStream.Linux.Memory;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Memory;

/// <summary>Collects an address space: its mappings, each claimed or denied by name, and its layout. Not its pages.</summary>
internal static class MmCollector
{
    private const int PR_GET_DUMPABLE = 3;
    private const int PR_GET_THP_DISABLE = 42;
    private const int MCL_FUTURE = 2;
    private const int MCL_ONFAULT = 4;

    private static readonly (VmFlags Flag, string What)[] Denied =
    [
        (VmFlags.HugeTlb, "a huge page mapping (hugetlb)"),
        (VmFlags.UffdMissing | VmFlags.UffdWriteProtect | VmFlags.UffdMinor, "registered with a userfaultfd"),
        (VmFlags.Io | VmFlags.PfnMap | VmFlags.MixedMap, "device memory"),
        (VmFlags.ShadowStack, "a shadow stack"),
        (VmFlags.Sealed, "sealed (mseal)"),
        (VmFlags.Droppable, "droppable (MAP_DROPPABLE)"),
        (VmFlags.Sync, "a persistent memory mapping (MAP_SYNC)"),
        (VmFlags.Mte, "tagged memory (MTE)"),
    ];

    /// <summary>Collects the address space of a frozen process.</summary>
    public static MmNode Collect(FrozenProcess process, FileCollector files)
    {
        var task = process.Leader;
        var guards = FindGuards(process);
        var kernelMappings = new List<KernelMapping>();
        var vmas = new List<(VmaState State, KernelObject? File)>();
        foreach (var mapping in process.Mappings)
        {
            if (mapping.Path?.Text is { } name && (name == KernelMapping.Vsyscall || KernelMapping.Names.Contains(name)))
            {
                if (name != KernelMapping.Vsyscall)
                {
                    kernelMappings.Add(new(name, mapping.Start, mapping.End));
                }

                continue;
            }

            RequireCarriable(process.Pid, mapping);
            var shared = mapping.Flags.HasFlag(VmFlags.MayShare);
            var kind = shared ? VmaKind.SharedFile : mapping.HasFile ? VmaKind.PrivateFile : VmaKind.Anonymous;
            var file = kind == VmaKind.Anonymous ? null : files.CollectMapped(task, mapping, shared && mapping.Flags.HasFlag(VmFlags.MayWrite));
            vmas.Add((new(
                mapping.Start, mapping.End, kind, mapping.Protection, mapping.Flags & Carried, 0, mapping.Offset, AnonymousName(mapping),
                [.. guards.Where(guard => guard.Start >= mapping.Start && guard.End <= mapping.End)]) { HasSharedPages = mapping.Shared > 0 }, file));
        }

        return new(CollectRest(process, [.. vmas.Select(vma => vma.State)], kernelMappings), [.. vmas.Select(vma => vma.File)], files.CollectExecutable(task)) { Tid = task.Tid };
    }

    private static VmFlags Carried { get; } = VmaState.CarriedFlags.Aggregate(VmFlags.None, (all, carried) => all | carried.Flag);

    private static MmState CollectRest(FrozenProcess process, IReadOnlyList<VmaState> vmas, IReadOnlyList<KernelMapping> kernelMappings)
    {
        var program = new SyscallProgram();
        var brk = program.Call(SystemCall.brk, 0);
        var dumpable = program.Call(SystemCall.prctl, PR_GET_DUMPABLE, 0, 0, 0, 0);
        var thpDisabled = program.Call(SystemCall.prctl, PR_GET_THP_DISABLE, 0, 0, 0, 0);
        var outcome = process.Leader.Run(program);
        var stat = process.Leader.Proc.Stat();

        return new()
        {
            Pid = process.Pid,
            Vmas = vmas,
            KernelMappings = kernelMappings,
            Layout = new(
                stat.Code.Start, stat.Code.End, stat.Data.Start, stat.Data.End, stat.BreakStart, (ulong)outcome[brk], stat.StackStart,
                stat.Arguments.Start, stat.Arguments.End, stat.Environment.Start, stat.Environment.End),
            AuxiliaryVector = ProcFs.Read($"/proc/{process.Leader.Tid}/auxv"),
            Executable = 0,
            Dumpable = (int)outcome[dumpable],
            ThpDisabled = outcome[thpDisabled] != 0,
            LockFuture = LockFuture(process),
            CoreDumpFilter = process.Leader.Proc.CoredumpFilter() ?? 0,
        };
    }

    /// <summary>
    /// The scratch was mapped after any mlockall, so it shows whether mappings to come are locked. Where nothing is
    /// locked it is not either; to look costs a walk over all pages, 14 ms for a GiB.
    /// </summary>
    private static int LockFuture(FrozenProcess process)
    {
        if (process.Leader.Proc.Status().VmLck == 0)
        {
            return 0;
        }

        var scratch = process.Leader.Proc.Smaps().First(mapping => mapping.Start <= process.Scratch && process.Scratch < mapping.End).Flags;
        return !scratch.HasFlag(VmFlags.Locked) ? 0 : MCL_FUTURE | (scratch.HasFlag(VmFlags.LockOnFault) ? MCL_ONFAULT : 0);
    }

    private static (ulong Start, ulong End)[] FindGuards(FrozenProcess process)
    {
        using var pagemap = new Pagemap(process.Leader.Tid);
        var query = new PageQuery(PageCategories.Guard, All: PageCategories.Guard);
        return !pagemap.Supported.HasFlag(PageCategories.Guard)
            ? []
            : [.. process.Mappings.Where(mapping => mapping.Path?.Text != KernelMapping.Vsyscall)
                .SelectMany(mapping => pagemap.Regions(mapping.Start, mapping.End, query)).Select(region => (region.Start, region.End))];
    }

    private static string? AnonymousName(DetailedMapping mapping) =>
        mapping.Path?.Text is { } text && text.StartsWith("[anon:", StringComparison.Ordinal) ? text["[anon:".Length..^1]
        : mapping.Path?.Text is { } shared && shared.StartsWith("[anon_shmem:", StringComparison.Ordinal) ? shared["[anon_shmem:".Length..^1]
        : null;

    private static void RequireCarriable(int pid, DetailedMapping mapping)
    {
        var where = $"the mapping at 0x{mapping.Start:x} of {pid} ({mapping.Path?.ToString() ?? "anonymous"})";
        foreach (var (flag, what) in Denied)
        {
            if ((mapping.Flags & flag) != 0)
            {
                throw new DeniedException($"{where} is {what}, which cannot be carried", "let the program unmap it before the checkpoint");
            }
        }

        if (mapping.UnknownFlags.Count > 0)
        {
            throw new DeniedException($"{where} has the kernel flag {mapping.UnknownFlags[0]}, which this version does not know", "a newer crstream may");
        }

        if (mapping.ProtectionKey != 0)
        {
            throw new DeniedException($"{where} has the protection key {mapping.ProtectionKey}, which cannot be carried", "let the program free its protection keys (pkey_free)");
        }
    }
}
