namespace CrStream.Abstractions;

/// <summary>
/// Commands and arguments of <see cref="IKernel"/>'s calls on open files (include/uapi/linux/fcntl.h, fs.h, splice.h,
/// asm-generic/ioctls.h).
/// </summary>
public static class FileControl
{
    /// <summary>fcntl(2): the access mode and status flags.</summary>
    public const int F_GETFL = 3;

    /// <summary>fcntl(2): set <c>O_APPEND</c>, <c>O_ASYNC</c>, <c>O_DIRECT</c>, <c>O_NOATIME</c>, <c>O_NONBLOCK</c>.</summary>
    public const int F_SETFL = 4;

    /// <summary>A descriptor for the same file description, at a number that is not below the argument, closed on exec.</summary>
    public const int F_DUPFD_CLOEXEC = 1030;

    /// <summary>fcntl(2): the descriptor's flags.</summary>
    public const int F_GETFD = 1;

    /// <summary>The descriptor is closed by execve(2).</summary>
    public const int FD_CLOEXEC = 1;

    /// <summary>fcntl(2): set a pipe's capacity, in bytes.</summary>
    public const int F_SETPIPE_SZ = 1031;

    /// <summary>fcntl(2): a pipe's capacity, in bytes.</summary>
    public const int F_GETPIPE_SZ = 1032;

    /// <summary>lseek(2): from the start of the file.</summary>
    public const int SEEK_SET = 0;

    /// <summary>lseek(2): to the next data at or behind the offset.</summary>
    public const int SEEK_DATA = 3;

    /// <summary>lseek(2): to the next hole at or behind the offset; there is one at the end.</summary>
    public const int SEEK_HOLE = 4;

    /// <summary>tee(2): do not wait for data.</summary>
    public const uint SPLICE_F_NONBLOCK = 2;

    /// <summary>ioctl(2): how many bytes stand in a pipe, as an int.</summary>
    public const ulong FIONREAD = 0x541B;
}
