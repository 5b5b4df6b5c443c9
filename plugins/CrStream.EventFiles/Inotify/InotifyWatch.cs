using CrStream.EventFiles.Watching;

namespace CrStream.EventFiles.Inotify;

/// <summary>A watch of an inotify instance.</summary>
/// <param name="Number">The watch descriptor.</param>
/// <param name="Mask">The events, IN_ONESHOT and IN_EXCL_UNLINK.</param>
/// <param name="Inode">What is watched.</param>
internal sealed record InotifyWatch(int Number, uint Mask, WatchedInode Inode)
{
    /// <summary>Reads the fdinfo; by ascending watch descriptors.</summary>
    internal static IReadOnlyList<InotifyWatch> Parse(string fdInfo) =>
        [.. WatchLine.Of(fdInfo, "inotify").Select(line => new InotifyWatch(checked((int)line.Number("wd")), (uint)line.Number("mask"), line.Inode())).OrderBy(watch => watch.Number)];
}
