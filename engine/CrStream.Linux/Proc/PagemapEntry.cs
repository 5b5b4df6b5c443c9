namespace CrStream.Linux.Proc;

/// <summary>
/// One entry of /proc/PID/pagemap: what backs a page of the address space. Bits as in
/// Documentation/admin-guide/mm/pagemap.rst (PM_ constants of fs/proc/task_mmu.c).
/// </summary>
/// <param name="Bits">The entry.</param>
public readonly record struct PagemapEntry(ulong Bits)
{
    /// <summary>Bytes of an entry.</summary>
    public const int Size = 8;

    /// <summary>PM_PRESENT: the page is in memory.</summary>
    public bool IsPresent => (Bits & (1ul << 63)) != 0;

    /// <summary>PM_SWAP: the page is in the swap space, or its place has a marker (guard, write-protection).</summary>
    public bool IsSwapped => (Bits & (1ul << 62)) != 0;

    /// <summary>PM_FILE: the page belongs to a file or to shared anonymous memory.</summary>
    public bool IsFile => (Bits & (1ul << 61)) != 0;

    /// <summary>PM_GUARD_REGION, from Linux 6.15: a guard region (MADV_GUARD_INSTALL).</summary>
    public bool IsGuard => (Bits & (1ul << 58)) != 0;

    /// <summary>PM_UFFD_WP: write-protected by a userfaultfd.</summary>
    public bool IsWriteProtected => (Bits & (1ul << 57)) != 0;

    /// <summary>PM_MMAP_EXCLUSIVE: mapped here only.</summary>
    public bool IsExclusive => (Bits & (1ul << 56)) != 0;

    /// <summary>PM_SOFT_DIRTY, where the kernel has CONFIG_MEM_SOFT_DIRTY.</summary>
    public bool IsSoftDirty => (Bits & (1ul << 55)) != 0;

    /// <summary>The page frame number of a present page; 0 for a reader without CAP_SYS_ADMIN.</summary>
    public ulong FrameNumber => IsPresent ? Bits & ((1ul << 55) - 1) : 0;
}
