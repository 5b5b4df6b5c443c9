using CrStream.Abstractions;
using CrStream.Engine.Files;
using CrStream.Linux.Acting;
using CrStream.Linux.Memory;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Memory;

/// <summary>
/// Builds an address space inside a new task: takes away what the stub brought along, moves the kernel's own mappings
/// to where they were, makes the mappings at their addresses, and fills in pages as they arrive. What a process that was
/// born as another's copy shares with that one stays.
/// </summary>
/// <param name="process">The new process; a task of its own with the scratch mapped.</param>
/// <param name="mm">What to build.</param>
/// <param name="from">The address space of which it is a copy now, or null where it is a stub's.</param>
internal sealed class MmBuilder(FrozenProcess process, MmState mm, MmState? from)
{
    private const int CallsAtOnce = 256;
    private const int PROT_WRITE = 2;
    private const int MAP_SHARED = 1;
    private const int MAP_PRIVATE = 2;
    private const int MAP_ANONYMOUS = 0x20;
    private const int MAP_GROWSDOWN = 0x100;
    private const int MAP_NORESERVE = 0x4000;
    private const int MAP_FIXED_NOREPLACE = 0x100000;
    private const int MREMAP_MAYMOVE_FIXED = 3;
    private const int MADV_DONTNEED = 4;
    private const int MADV_GUARD_INSTALL = 102;
    private const int MLOCK_ONFAULT = 1;
    private const int PR_SET_DUMPABLE = 4;
    private const int PR_SET_THP_DISABLE = 41;
    private const int PR_SET_MM = 35;
    private const int PR_SET_MM_MAP = 14;
    private const int PR_SET_VMA = 0x53564D41;

    // Each with the advice that takes it back.
    private static readonly (VmFlags Flag, int Advice, int Opposite)[] Advices =
    [
        (VmFlags.SequentialRead, 2, 0), // MADV_SEQUENTIAL, MADV_NORMAL
        (VmFlags.RandomRead, 1, 0), // MADV_RANDOM, MADV_NORMAL
        (VmFlags.DontDump, 16, 17), // MADV_DONTDUMP, MADV_DODUMP
        (VmFlags.HugePage, 14, 15), // MADV_HUGEPAGE, MADV_NOHUGEPAGE
        (VmFlags.NoHugePage, 15, 14),
        (VmFlags.Mergeable, 12, 13), // MADV_MERGEABLE, MADV_UNMERGEABLE
    ];

    // Copies are born without what has one of these, so they come when no more are.
    private static readonly (VmFlags Flag, int Advice)[] AdvicesAgainstCopies =
    [
        (VmFlags.DontCopy, 10), // MADV_DONTFORK
        (VmFlags.WipeOnFork, 18), // MADV_WIPEONFORK
    ];

    private readonly InheritedMappings.Piece[] kept = from is null ? [] : InheritedMappings.Kept(mm, from);
    private readonly ProcessMemory memory = new(process.Pid);

    /// <summary>The ranges that the address space takes.</summary>
    public static IEnumerable<(ulong Start, ulong End)> Ranges(MmState mm) =>
        mm.Vmas.Select(vma => (vma.Start, vma.End)).Concat(mm.KernelMappings.Select(mapping => (mapping.Start, mapping.End)));

    /// <summary>Leaves nothing but the scratch, the kernel's own mappings at their places, and of a copy what it shares.</summary>
    public void Clear()
    {
        var present = process.Mappings.Where(mapping => KernelMapping.Names.Contains(mapping.Path?.Text)).ToDictionary(mapping => mapping.Path!.Text!);
        if (!present.Keys.ToHashSet().SetEquals(mm.KernelMappings.Select(mapping => mapping.Name))
            || mm.KernelMappings.Any(mapping => present[mapping.Name].Length != mapping.End - mapping.Start))
        {
            throw new RestoreException(
                $"the image has the kernel mappings {string.Join(", ", mm.KernelMappings.Select(mapping => mapping.Name))}, and this kernel provides others", "restore it on the kernel that made it");
        }

        (ulong Start, ulong End) scratch = (process.Scratch, process.Scratch + process.ScratchLength);
        var staying = present.Values.Select(mapping => (mapping.Start, mapping.End)).Append(scratch).Concat(kept.Select(piece => (piece.Start, piece.End))).ToArray();
        var length = (ulong)mm.KernelMappings.Sum(mapping => (long)(mapping.End - mapping.Start));

        // In between they stand where they neither were nor will be, so that they may swap places.
        var aside = AddressSpacePlan.FindHole(length, staying.Concat(mm.KernelMappings.Select(mapping => (mapping.Start, mapping.End))));
        RunForEach(AddressSpacePlan.Between(staying), (program, hole) => program.Call(SystemCall.munmap, hole.Start, hole.End - hole.Start));
        var program = new SyscallProgram();
        var places = new List<(ulong Start, KernelMapping To)>();
        foreach (var mapping in mm.KernelMappings)
        {
            var size = mapping.End - mapping.Start;
            program.Call(SystemCall.mremap, present[mapping.Name].Start, size, size, MREMAP_MAYMOVE_FIXED, aside);
            places.Add((aside, mapping));
            aside += size;
        }

        foreach (var (start, to) in places)
        {
            program.Call(SystemCall.mremap, start, to.End - to.Start, to.End - to.Start, MREMAP_MAYMOVE_FIXED, to.Start);
        }

        process.Leader.Run(program);
        process.KernelMappingsMoved(mm.KernelMappings.First(mapping => mapping.Name == "[vdso]") is var vdso ? (vdso.Start, vdso.End) : default);
    }

    /// <summary>Makes the mappings.</summary>
    /// <param name="descriptorOf">The descriptor inside the task of a mapped file, by its object's id.</param>
    /// <param name="fileOf">The restored file of an object's id.</param>
    public void Map(Func<ulong, long> descriptorOf, Func<ulong, RestoredFile> fileOf)
    {
        RunForEach(kept, Adapt);
        RunForEach(
            kept.SelectMany(piece => mm.Inherited.Outside(piece.Start, piece.End)),
            (program, dropped) => program.Call(SystemCall.madvise, dropped.Start, dropped.End - dropped.Start, MADV_DONTNEED));
        RunForEach(InheritedMappings.Missing(mm.Vmas, kept).Where(piece => !MapSpecially(piece.Own, piece.Start, piece.End, fileOf)), (program, piece) => program.Call(
            SystemCall.mmap, piece.Start, piece.End - piece.Start, (int)piece.Own.Protection, MapFlags(piece.Own),
            piece.Own.File == 0 ? -1 : descriptorOf(piece.Own.File), piece.Own.Offset + (piece.Start - piece.Own.Start)));
        RunForEach(mm.Vmas, Advise);
    }

    /// <summary>Lets the object behind a file make the mapping, where it has a way of its own.</summary>
    private bool MapSpecially(VmaState vma, ulong start, ulong end, Func<ulong, RestoredFile> fileOf)
    {
        if (vma.File == 0 || fileOf(vma.File) is not { Behind: { } behind } file)
        {
            return false;
        }

        return behind.Map(process.Leader, new(
            start, end - start, vma.Offset + (start - vma.Start), (int)vma.Protection, vma.Kind == VmaKind.SharedFile, FileFlags.CanWrite(file.Flags)));
    }

    /// <summary>Fills in pages.</summary>
    /// <exception cref="RestoreException">They belong to no mapping of the image.</exception>
    public void WritePages(ulong address, ReadOnlySpan<byte> pages)
    {
        while (!pages.IsEmpty)
        {
            var vma = VmaAt(address);
            var length = (int)Math.Min((ulong)pages.Length, vma.End - address);
            if (((int)vma.Protection & PROT_WRITE) != 0)
            {
                memory.Write(address, pages[..length]);
            }
            else
            {
                process.Memory.Write(address, pages[..length]);
            }

            pages = pages[length..];
            address += (ulong)length;
        }
    }

    /// <summary>Sets what must wait until the pages are in: guards, locks, and what the kernel notes about the whole.</summary>
    /// <param name="executable">The descriptor inside the task of the executable.</param>
    public void Complete(long executable)
    {
        RunForEach(
            mm.Vmas.SelectMany(vma => AdvicesAgainstCopies.Where(advice => vma.Flags.HasFlag(advice.Flag)).Select(advice => (vma, advice.Advice))),
            (program, advised) => program.Call(SystemCall.madvise, advised.vma.Start, advised.vma.Length, advised.Advice));
        RunForEach(
            mm.Vmas.SelectMany(vma => vma.Guards),
            (program, guard) => program.Call(SystemCall.madvise, guard.Start, guard.End - guard.Start, MADV_GUARD_INSTALL));

        // A lock on a mapping that cannot be read reports ENOMEM for the pages, and holds all the same.
        RunForEach(
            mm.Vmas.Where(vma => vma.Flags.HasFlag(VmFlags.Locked)),
            (program, vma) => program.Try(SystemCall.mlock2, vma.Start, vma.Length, vma.Flags.HasFlag(VmFlags.LockOnFault) ? MLOCK_ONFAULT : 0));
        process.Leader.Run(Layout(executable));
        File.WriteAllText($"/proc/{process.Pid}/coredump_filter", $"0x{mm.CoreDumpFilter:x}");
    }

    /// <summary>Sets whether core dumps are made and tracers are let in; a change of credentials resets it.</summary>
    /// <remarks>2, which means by root only, cannot be set: the change of credentials that led to it leads to it again.</remarks>
    public void SetDumpable()
    {
        const int SUID_DUMP_ROOT = 2;
        if (mm.Dumpable == SUID_DUMP_ROOT)
        {
            return;
        }

        var program = new SyscallProgram();
        program.Call(SystemCall.prctl, PR_SET_DUMPABLE, mm.Dumpable, 0, 0, 0);
        process.Leader.Run(program);
    }

    /// <summary>Runs what is to be done with each of many, some at once.</summary>
    private void RunForEach<T>(IEnumerable<T> all, Action<SyscallProgram, T> call)
    {
        foreach (var some in all.Chunk(CallsAtOnce))
        {
            var program = new SyscallProgram();
            foreach (var one in some)
            {
                call(program, one);
            }

            process.Leader.Run(program);
        }
    }

    /// <summary>Makes a mapping of the base one of its own: what it is beyond that, <see cref="Advise"/> does.</summary>
    private void Adapt(SyscallProgram program, InheritedMappings.Piece piece)
    {
        if (piece.From.Protection != piece.Own.Protection)
        {
            program.Call(SystemCall.mprotect, piece.Start, piece.Length, (int)piece.Own.Protection);
        }

        foreach (var (_, _, opposite) in Advices.Where(advice => (piece.From.Flags & ~piece.Own.Flags).HasFlag(advice.Flag)))
        {
            program.Call(SystemCall.madvise, piece.Start, piece.Length, opposite);
        }

        if (piece.From.Name is not null && piece.Own.Name is null)
        {
            program.Call(SystemCall.prctl, PR_SET_VMA, 0, piece.Start, piece.Length, 0);
        }
    }

    private static void Advise(SyscallProgram program, VmaState vma)
    {
        foreach (var (_, advice, _) in Advices.Where(advice => vma.Flags.HasFlag(advice.Flag)))
        {
            program.Call(SystemCall.madvise, vma.Start, vma.Length, advice);
        }

        if (vma.Name is not null)
        {
            program.Call(SystemCall.prctl, PR_SET_VMA, 0, vma.Start, vma.Length, program.Store(vma.Name));
        }
    }

    private static int MapFlags(VmaState vma) => MAP_FIXED_NOREPLACE
        | (vma.Kind == VmaKind.SharedFile ? MAP_SHARED : MAP_PRIVATE)
        | (vma.Kind == VmaKind.Anonymous ? MAP_ANONYMOUS : 0)
        | (vma.Flags.HasFlag(VmFlags.GrowsDown) ? MAP_GROWSDOWN : 0)
        | (vma.Flags.HasFlag(VmFlags.NoReserve) ? MAP_NORESERVE : 0);

    private SyscallProgram Layout(long executable)
    {
        var program = new SyscallProgram();
        var vector = program.Store(mm.AuxiliaryVector.Span);

        // struct prctl_mm_map: eleven addresses, the vector's address and length, the executable's descriptor.
        var addresses = mm.Layout.InOrder();
        var map = program.Store64([.. addresses, 0, (uint)mm.AuxiliaryVector.Length | ((ulong)executable << 32)]);
        program.Point(map, addresses.Length * sizeof(ulong), vector);
        program.Call(SystemCall.prctl, PR_SET_MM, PR_SET_MM_MAP, map, map.Length, 0);
        if (mm.ThpDisabled)
        {
            program.Call(SystemCall.prctl, PR_SET_THP_DISABLE, 1, 0, 0, 0);
        }

        if (mm.LockFuture != 0)
        {
            program.Call(SystemCall.mlockall, mm.LockFuture);
        }

        return program;
    }

    private VmaState VmaAt(ulong address)
    {
        var (low, high) = (0, mm.Vmas.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var vma = mm.Vmas[middle];
            if (address < vma.Start)
            {
                high = middle - 1;
            }
            else if (address >= vma.End)
            {
                low = middle + 1;
            }
            else
            {
                return vma.Kind != VmaKind.SharedFile ? vma : throw new RestoreException($"the image has pages for 0x{address:x}, which belong to the file that is mapped there");
            }
        }

        throw new RestoreException($"the image has pages for 0x{address:x}, where no mapping is");
    }
}
