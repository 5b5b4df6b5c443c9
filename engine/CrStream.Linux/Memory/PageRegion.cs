using System.Runtime.InteropServices;

namespace CrStream.Linux.Memory;

/// <summary>Pages in a row that have the same categories: struct page_region of include/uapi/linux/fs.h.</summary>
/// <param name="Start">The first address.</param>
/// <param name="End">The address behind the last one.</param>
/// <param name="Categories">What was asked for and is the case.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct PageRegion(ulong Start, ulong End, PageCategories Categories)
{
    /// <summary>In bytes.</summary>
    public ulong Length => End - Start;
}
