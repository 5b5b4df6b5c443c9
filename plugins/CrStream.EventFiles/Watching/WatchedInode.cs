namespace CrStream.EventFiles.Watching;

/// <summary>What a watch says of its inode.</summary>
/// <param name="Device">The file system's device as the kernel numbers it: 12 bits major, 20 bits minor.</param>
/// <param name="Inode">The number.</param>
/// <param name="HandleType">Of the file handle; see open_by_handle_at(2).</param>
/// <param name="Handle">The file handle.</param>
internal sealed record WatchedInode(ulong Device, ulong Inode, int HandleType, ReadOnlyMemory<byte> Handle);
