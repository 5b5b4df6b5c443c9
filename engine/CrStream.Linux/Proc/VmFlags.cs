namespace CrStream.Linux.Proc;

/// <summary>
/// The flags of a mapping, by the two letters of the VmFlags line in /proc/PID/smaps (proc_pid_smaps(5),
/// show_smap_vma_flags in fs/proc/task_mmu.c). The values are this program's own: the kernel's differ by architecture.
/// </summary>
[Flags]
public enum VmFlags : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>rd: VM_READ.</summary>
    Read = 1ul << 0,

    /// <summary>wr: VM_WRITE.</summary>
    Write = 1ul << 1,

    /// <summary>ex: VM_EXEC.</summary>
    Exec = 1ul << 2,

    /// <summary>sh: VM_SHARED. A MAP_SHARED mapping of a file that was opened read-only has only <see cref="MayShare"/>.</summary>
    Shared = 1ul << 3,

    /// <summary>mr: VM_MAYREAD.</summary>
    MayRead = 1ul << 4,

    /// <summary>mw: VM_MAYWRITE.</summary>
    MayWrite = 1ul << 5,

    /// <summary>me: VM_MAYEXEC.</summary>
    MayExec = 1ul << 6,

    /// <summary>ms: VM_MAYSHARE, which every MAP_SHARED mapping has.</summary>
    MayShare = 1ul << 7,

    /// <summary>gd: VM_GROWSDOWN.</summary>
    GrowsDown = 1ul << 8,

    /// <summary>pf: VM_PFNMAP, pages without struct page, such as device memory and vvar.</summary>
    PfnMap = 1ul << 9,

    /// <summary>lo: VM_LOCKED.</summary>
    Locked = 1ul << 10,

    /// <summary>io: VM_IO, memory-mapped I/O.</summary>
    Io = 1ul << 11,

    /// <summary>sr: VM_SEQ_READ, MADV_SEQUENTIAL.</summary>
    SequentialRead = 1ul << 12,

    /// <summary>rr: VM_RAND_READ, MADV_RANDOM.</summary>
    RandomRead = 1ul << 13,

    /// <summary>dc: VM_DONTCOPY, MADV_DONTFORK.</summary>
    DontCopy = 1ul << 14,

    /// <summary>de: VM_DONTEXPAND.</summary>
    DontExpand = 1ul << 15,

    /// <summary>ac: VM_ACCOUNT.</summary>
    Account = 1ul << 16,

    /// <summary>nr: VM_NORESERVE, MAP_NORESERVE.</summary>
    NoReserve = 1ul << 17,

    /// <summary>ht: VM_HUGETLB.</summary>
    HugeTlb = 1ul << 18,

    /// <summary>sf: VM_SYNC, MAP_SYNC.</summary>
    Sync = 1ul << 19,

    /// <summary>ar: VM_ARCH_1.</summary>
    Arch1 = 1ul << 20,

    /// <summary>wf: VM_WIPEONFORK, MADV_WIPEONFORK.</summary>
    WipeOnFork = 1ul << 21,

    /// <summary>dd: VM_DONTDUMP, MADV_DONTDUMP.</summary>
    DontDump = 1ul << 22,

    /// <summary>sd: VM_SOFTDIRTY.</summary>
    SoftDirty = 1ul << 23,

    /// <summary>mm: VM_MIXEDMAP.</summary>
    MixedMap = 1ul << 24,

    /// <summary>hg: VM_HUGEPAGE, MADV_HUGEPAGE.</summary>
    HugePage = 1ul << 25,

    /// <summary>nh: VM_NOHUGEPAGE, MADV_NOHUGEPAGE.</summary>
    NoHugePage = 1ul << 26,

    /// <summary>mg: VM_MERGEABLE, MADV_MERGEABLE.</summary>
    Mergeable = 1ul << 27,

    /// <summary>bt: VM_ARM64_BTI.</summary>
    Bti = 1ul << 28,

    /// <summary>mt: VM_MTE.</summary>
    Mte = 1ul << 29,

    /// <summary>um: VM_UFFD_MISSING, registered with a userfaultfd.</summary>
    UffdMissing = 1ul << 30,

    /// <summary>uw: VM_UFFD_WP, registered with a userfaultfd for write-protection.</summary>
    UffdWriteProtect = 1ul << 31,

    /// <summary>ui: VM_UFFD_MINOR, registered with a userfaultfd for minor faults.</summary>
    UffdMinor = 1ul << 32,

    /// <summary>ss: VM_SHADOW_STACK.</summary>
    ShadowStack = 1ul << 33,

    /// <summary>sl: VM_SEALED, mseal(2).</summary>
    Sealed = 1ul << 34,

    /// <summary>lf: VM_LOCKONFAULT, MLOCK_ONFAULT.</summary>
    LockOnFault = 1ul << 35,

    /// <summary>dp: VM_DROPPABLE, MAP_DROPPABLE.</summary>
    Droppable = 1ul << 36,

    /// <summary>gu: VM_MAYBE_GUARD, has or had guard regions (MADV_GUARD_INSTALL).</summary>
    MaybeGuard = 1ul << 37,
}
