namespace CrStream.Linux.Memory;

/// <summary>What a page is, for PAGEMAP_SCAN: the PAGE_IS_ constants of include/uapi/linux/fs.h.</summary>
[Flags]
public enum PageCategories : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>PAGE_IS_WPALLOWED: the mapping has asynchronous write-protection.</summary>
    WriteProtectAllowed = 1 << 0,

    /// <summary>PAGE_IS_WRITTEN: written since it was write-protected. All pages without write-protection are, also those that were never touched.</summary>
    Written = 1 << 1,

    /// <summary>PAGE_IS_FILE: belongs to a file or to shared anonymous memory.</summary>
    File = 1 << 2,

    /// <summary>PAGE_IS_PRESENT: in memory.</summary>
    Present = 1 << 3,

    /// <summary>PAGE_IS_SWAPPED: in the swap space, or a marker such as a guard.</summary>
    Swapped = 1 << 4,

    /// <summary>PAGE_IS_PFNZERO: the zero page, so only ever read.</summary>
    ZeroFrame = 1 << 5,

    /// <summary>PAGE_IS_HUGE: mapped by a huge page.</summary>
    Huge = 1 << 6,

    /// <summary>PAGE_IS_SOFT_DIRTY, from Linux 6.9: soft-dirty, where the kernel has it.</summary>
    SoftDirty = 1 << 7,

    /// <summary>PAGE_IS_GUARD, from Linux 6.15: a guard region (MADV_GUARD_INSTALL). Such a page is <see cref="Swapped"/> as well.</summary>
    Guard = 1 << 8,
}
