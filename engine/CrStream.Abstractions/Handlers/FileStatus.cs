namespace CrStream.Abstractions;

/// <summary>An inode's identity and attributes, as stat(2) and statfs(2) give them.</summary>
/// <param name="Device">The device's number.</param>
/// <param name="Inode">The inode's number on it.</param>
/// <param name="Mode">Type and permission bits.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Uid">The owner.</param>
/// <param name="Gid">The owning group.</param>
/// <param name="SpecialDevice">For a device file, which device it stands for.</param>
/// <param name="Size">In bytes.</param>
/// <param name="ModifiedNanoseconds">The time of the last change of the contents, in nanoseconds since 1970.</param>
/// <param name="FileSystem">The file system's magic, as in statfs(2).</param>
public sealed record FileStatus(
    ulong Device, ulong Inode, uint Mode, ulong Links, uint Uid, uint Gid, ulong SpecialDevice, long Size, long ModifiedNanoseconds, long FileSystem)
{
    /// <summary>The file type: one of the S_IF constants of inode(7).</summary>
    public uint Type => Mode & 0xF000;

    /// <summary>A regular file (S_IFREG).</summary>
    public bool IsRegular => Type == 0x8000;

    /// <summary>A directory (S_IFDIR).</summary>
    public bool IsDirectory => Type == 0x4000;

    /// <summary>A character device (S_IFCHR).</summary>
    public bool IsCharacterDevice => Type == 0x2000;

    /// <summary>A pipe or FIFO (S_IFIFO).</summary>
    public bool IsFifo => Type == 0x1000;

    /// <summary>A symbolic link (S_IFLNK), opened with O_PATH.</summary>
    public bool IsSymbolicLink => Type == 0xA000;

    /// <summary>The major number of <see cref="SpecialDevice"/>; see makedev(3).</summary>
    public uint SpecialMajor => (uint)(((SpecialDevice >> 8) & 0xFFF) | ((SpecialDevice >> 32) & 0xFFFFF000));

    /// <summary>The minor number of <see cref="SpecialDevice"/>; see makedev(3).</summary>
    public uint SpecialMinor => (uint)((SpecialDevice & 0xFF) | ((SpecialDevice >> 12) & 0xFFFFFF00));
}
