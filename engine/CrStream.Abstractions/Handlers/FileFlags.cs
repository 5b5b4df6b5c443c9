using System.Runtime.InteropServices;

namespace CrStream.Abstractions;

/// <summary>
/// The flags of open(2) as <c>F_GETFL</c> shows them (include/uapi/asm-generic/fcntl.h). Those that arm64 numbers in its
/// own way (arch/arm64/include/uapi/asm/fcntl.h) are properties.
/// </summary>
public static class FileFlags
{
    /// <summary>For reading only.</summary>
    public const int O_RDONLY = 0;

    /// <summary>For writing only.</summary>
    public const int O_WRONLY = 1;

    /// <summary>For reading and writing.</summary>
    public const int O_RDWR = 2;

    /// <summary>The bits of the access mode.</summary>
    public const int O_ACCMODE = 3;

    /// <summary>Create the file where there is none.</summary>
    public const int O_CREAT = 0x40;

    /// <summary>Fail where there is a file.</summary>
    public const int O_EXCL = 0x80;

    /// <summary>Do not make a terminal the controlling one.</summary>
    public const int O_NOCTTY = 0x100;

    /// <summary>Cut the file to length 0.</summary>
    public const int O_TRUNC = 0x200;

    /// <summary>Every write goes to the end.</summary>
    public const int O_APPEND = 0x400;

    /// <summary>Calls do not wait.</summary>
    public const int O_NONBLOCK = 0x800;

    /// <summary>A write returns when its data is on the device.</summary>
    public const int O_DSYNC = 0x1000;

    /// <summary>Signal-driven I/O (FASYNC): the kernel starts it only by <c>F_SETFL</c>, after the owner is set.</summary>
    public const int O_ASYNC = 0x2000;

    /// <summary>Reading does not change the time of last access.</summary>
    public const int O_NOATIME = 0x40000;

    /// <summary>Close on exec. A flag of the descriptor, not of the file.</summary>
    public const int O_CLOEXEC = 0x80000;

    /// <summary>A write returns when data and attributes are on the device; includes <see cref="O_DSYNC"/>.</summary>
    public const int O_SYNC = 0x101000;

    /// <summary>The file is only a name for an inode: no reading, no writing.</summary>
    public const int O_PATH = 0x200000;

    private static readonly bool Arm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>No page cache; for a pipe, packet mode.</summary>
    public static int O_DIRECT => Arm64 ? 0x10000 : 0x4000;

    /// <summary>Offsets of 64 bits: every open(2) of a 64-bit program sets it, pipe2(2) does not.</summary>
    public static int O_LARGEFILE => Arm64 ? 0x20000 : 0x8000;

    /// <summary>Fail where it is no directory.</summary>
    public static int O_DIRECTORY => Arm64 ? 0x4000 : 0x10000;

    /// <summary>Fail where it is a symbolic link; with <see cref="O_PATH"/>, open the link itself.</summary>
    public static int O_NOFOLLOW => Arm64 ? 0x8000 : 0x20000;

    /// <summary>A new file without a name in a directory; <c>F_GETFL</c> goes on showing it. With <see cref="O_EXCL"/> it never gets a name.</summary>
    public static int O_TMPFILE => 0x400000 | O_DIRECTORY;

    /// <summary>Whether a file with these flags can be read.</summary>
    public static bool CanRead(int flags) => (flags & O_PATH) == 0 && (flags & O_ACCMODE) is O_RDONLY or O_RDWR;

    /// <summary>Whether a file with these flags can be written.</summary>
    public static bool CanWrite(int flags) => (flags & O_PATH) == 0 && (flags & O_ACCMODE) is O_WRONLY or O_RDWR;
}
