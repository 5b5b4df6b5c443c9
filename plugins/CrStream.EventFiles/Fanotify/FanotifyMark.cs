using CrStream.EventFiles.Watching;

namespace CrStream.EventFiles.Fanotify;

/// <summary>What a mark of a fanotify group is on; the number is that of the flag of fanotify_mark(2).</summary>
internal enum FanotifyMarkKind
{
    /// <summary>FAN_MARK_INODE.</summary>
    Inode = 0,

    /// <summary>FAN_MARK_MOUNT.</summary>
    Mount = 0x10,

    /// <summary>FAN_MARK_FILESYSTEM.</summary>
    FileSystem = 0x100,
}

/// <summary>A mark of a fanotify group.</summary>
/// <param name="Kind">What it is on.</param>
/// <param name="Flags">FAN_MARK_IGNORED_SURV_MODIFY, FAN_MARK_EVICTABLE, FAN_MARK_IGNORE.</param>
/// <param name="Mask">The events.</param>
/// <param name="IgnoredMask">Those that are ignored.</param>
/// <param name="Inode">What is marked, of an inode.</param>
/// <param name="Number">The mount's id, or the file system's device.</param>
internal sealed record FanotifyMark(FanotifyMarkKind Kind, uint Flags, ulong Mask, ulong IgnoredMask, WatchedInode? Inode, ulong Number)
{
    /// <summary>Reads the fdinfo.</summary>
    internal static IReadOnlyList<FanotifyMark> Parse(string fdInfo) => [.. WatchLine.Of(fdInfo, "fanotify").Where(line => line.Has("mask")).Select(Parse)];

    private static FanotifyMark Parse(WatchLine line)
    {
        var (kind, number) = line switch
        {
            _ when line.Has("ino") => (FanotifyMarkKind.Inode, line.Number("ino")),
            _ when line.Has("mnt_id") => (FanotifyMarkKind.Mount, line.Number("mnt_id")),
            _ when line.Has("sdev") => (FanotifyMarkKind.FileSystem, line.Number("sdev")),
            _ => throw line.Unreadable("what is marked"),
        };
        return new(kind, (uint)line.Number("mflags"), line.Number("mask"), line.Number("ignored_mask"), kind == FanotifyMarkKind.Inode ? line.Inode() : null, number);
    }
}
