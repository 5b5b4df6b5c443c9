using CrStream.Abstractions;
using static CrStream.Abstractions.FileSystemMagic;

namespace CrStream.RegularFiles;

/// <summary>Files that the kernel makes up: opening the same path again may lead to something else, or act.</summary>
internal static class PseudoFiles
{
    /// <summary>Files that tell of the whole machine, and have no state but the offset; top and ps keep them open.</summary>
    private static readonly HashSet<string> MachineFiles =
    [
        "/proc/cpuinfo", "/proc/devices", "/proc/diskstats", "/proc/filesystems", "/proc/interrupts", "/proc/loadavg",
        "/proc/meminfo", "/proc/partitions", "/proc/softirqs", "/proc/stat", "/proc/swaps", "/proc/uptime",
        "/proc/version", "/proc/vmstat",
    ];

    internal static bool IsPseudo(FileStatus status) => IsMadeUp(status.FileSystem);

    /// <summary>Whether another open of the path is the same to the program.</summary>
    internal static bool IsHarmless(OpenFile file) => file.Status switch
    {
        { IsDirectory: true, FileSystem: SYSFS_MAGIC or CGROUP_SUPER_MAGIC or CGROUP2_SUPER_MAGIC or DEVPTS_SUPER_MAGIC } => true,
        { IsDirectory: true, FileSystem: PROC_SUPER_MAGIC } => file.Link == "/proc",
        { IsRegular: true, FileSystem: PROC_SUPER_MAGIC } => MachineFiles.Contains(file.Link) && !FileFlags.CanWrite(file.Flags),
        _ => false,
    };
}
