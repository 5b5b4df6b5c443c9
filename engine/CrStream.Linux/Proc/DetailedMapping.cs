using System.Diagnostics.CodeAnalysis;

namespace CrStream.Linux.Proc;

/// <summary>One record of /proc/PID/smaps; see proc_pid_smaps(5). Sizes are in bytes.</summary>
public sealed record DetailedMapping : Mapping
{
    [SetsRequiredMembers]
    internal DetailedMapping(Mapping mapping)
        : base(mapping)
    {
    }

    /// <summary>The flags that are known.</summary>
    public VmFlags Flags { get; internal set; }

    /// <summary>The letters of flags that are not in <see cref="VmFlags"/>: a mapping of a kind that this program cannot judge.</summary>
    public IReadOnlyList<string> UnknownFlags { get; internal set; } = [];

    /// <summary>The page size that the kernel keeps the mapping in.</summary>
    public ulong KernelPageSize { get; internal set; }

    /// <summary>The page size of the memory management unit.</summary>
    public ulong MmuPageSize { get; internal set; }

    /// <summary>What is in memory.</summary>
    public ulong Rss { get; internal set; }

    /// <summary>What is in memory and mapped by others too (Shared_Clean and Shared_Dirty).</summary>
    public ulong Shared { get; internal set; }

    /// <summary>What is in memory and belongs to no file: also the private copies of a file's pages.</summary>
    public ulong Anonymous { get; internal set; }

    /// <summary>What is in anonymous huge pages.</summary>
    public ulong AnonHugePages { get; internal set; }

    /// <summary>What is in the swap space.</summary>
    public ulong Swap { get; internal set; }

    /// <summary>What is locked, as this mapping's share.</summary>
    public ulong Locked { get; internal set; }

    /// <summary>The memory protection key (pkeys(7)); 0, the default key, where the kernel says none.</summary>
    public int ProtectionKey { get; internal set; }
}
