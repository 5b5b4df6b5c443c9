using System.Runtime.InteropServices;

namespace CrStream.Linux.Memory;

/// <summary>A piece of an address space. Laid out as struct iovec.</summary>
/// <param name="Start">The first address.</param>
/// <param name="Length">In bytes.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct MemoryRange(ulong Start, ulong Length)
{
    /// <summary>The address behind the last one.</summary>
    public ulong End => Start + Length;
}
