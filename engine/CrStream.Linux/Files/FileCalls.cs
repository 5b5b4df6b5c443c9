using System.Runtime.InteropServices;

namespace CrStream.Linux.Files;

/// <summary>The calls on files and descriptors, as libc has them; each leaves its errno to GetLastPInvokeError.</summary>
internal static unsafe partial class FileCalls
{
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int statx(SafeHandle directory, byte* path, int flags, uint mask, StatX* status);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fstatfs(SafeHandle file, StatFs* status);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint readlink(string path, byte* target, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(SafeHandle file, byte* bytes, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(SafeHandle file, byte* bytes, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pread(SafeHandle file, byte* bytes, nuint length, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pwrite(SafeHandle file, byte* bytes, nuint length, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial long lseek(SafeHandle file, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ftruncate(SafeHandle file, long length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchown(SafeHandle file, uint uid, uint gid);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(SafeHandle file, int command, long argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint getdents64(SafeHandle directory, byte* records, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(SafeHandle file, ulong request, byte* argument);
}
