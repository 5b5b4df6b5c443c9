using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Linux.Native;

/// <summary>Calls on files, as their man pages in section 2 say.</summary>
internal static partial class FileCalls
{
    public const int AT_FDCWD = -100;
    public const int O_RDONLY = 0;
    public const int O_RDWR = 2;
    public const int O_DIRECTORY = 0x10000;
    public const int O_CLOEXEC = 0x80000;
    public const int O_PATH = 0x200000;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle openat(int directory, string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint read(SafeFileHandle file, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint pread(SafeFileHandle file, byte* buffer, nuint length, long offset);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint pwrite(SafeFileHandle file, byte* buffer, nuint length, long offset);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial nint readlinkat(int directory, string path, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint getdents64(SafeFileHandle directory, byte* buffer, nuint length);

    /// <summary>The third argument is a pointer here; glibc declares it variadic.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int ioctl(SafeFileHandle file, nuint request, void* argument);
}
