using System.Runtime.InteropServices;

namespace CrStream.Linux.Memory;

/// <summary>struct pm_scan_arg of include/uapi/linux/fs.h: what PAGEMAP_SCAN takes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PagemapScanArgument
{
    /// <summary>_IOWR('f', 16, struct pm_scan_arg).</summary>
    public const ulong PAGEMAP_SCAN = 0xC060_6610;

    public ulong Size;
    public ulong Flags;
    public ulong Start;
    public ulong End;
    public ulong WalkEnd;
    public ulong Vector;
    public ulong VectorLength;
    public ulong MaxPages;
    public PageCategories CategoryInverted;
    public PageCategories CategoryMask;
    public PageCategories CategoryAnyOfMask;
    public PageCategories ReturnMask;
}
