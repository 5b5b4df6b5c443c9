using Microsoft.Win32.SafeHandles;

namespace CrStream.Abstractions;

/// <summary>
/// The system calls that handlers make in this process. Each is the call of its man page; a failure throws a
/// <see cref="KernelException"/> with the errno.
/// </summary>
public interface IKernel
{
    /// <summary>open(2). <c>O_CLOEXEC</c> is added.</summary>
    SafeFileHandle Open(string path, int flags, uint mode = 0);

    /// <summary>fstat(2) and fstatfs(2) of an open file.</summary>
    FileStatus Status(SafeFileHandle file);

    /// <summary>stat(2) and statfs(2) of a path; null when there is no such file.</summary>
    FileStatus? Status(string path, bool followLinks = true);

    /// <summary>readlink(2).</summary>
    string ReadLink(string path);

    /// <summary>pipe2(2) with <c>O_CLOEXEC</c> and more flags.</summary>
    (SafeFileHandle ReadEnd, SafeFileHandle WriteEnd) Pipe(int flags);

    /// <summary>tee(2): copies what stands in one pipe to another without taking it out; the number of bytes copied.</summary>
    long Tee(SafeFileHandle from, SafeFileHandle to, long length, uint flags);

    /// <summary>read(2); the number of bytes read, 0 at the end.</summary>
    int Read(SafeFileHandle file, Span<byte> bytes);

    /// <summary>write(2); the number of bytes written.</summary>
    int Write(SafeFileHandle file, ReadOnlySpan<byte> bytes);

    /// <summary>pread(2); the number of bytes read, 0 at the end.</summary>
    int ReadAt(SafeFileHandle file, Span<byte> bytes, long offset);

    /// <summary>pwrite(2); the number of bytes written.</summary>
    int WriteAt(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset);

    /// <summary>lseek(2); the new offset, or -1 where SEEK_DATA finds no more data (ENXIO).</summary>
    long Seek(SafeFileHandle file, long offset, int whence);

    /// <summary>ftruncate(2).</summary>
    void Truncate(SafeFileHandle file, long length);

    /// <summary>fchown(2).</summary>
    void ChangeOwner(SafeFileHandle file, uint uid, uint gid);

    /// <summary>fcntl(2) with a number as argument.</summary>
    long Control(SafeFileHandle file, int command, long argument = 0);

    /// <summary>ioctl(2) with a buffer as argument.</summary>
    int Ioctl(SafeFileHandle file, ulong request, Span<byte> argument);

    /// <summary>
    /// Runs the calls of a program in this process, on this thread, in the words in which a task is told its own: for what
    /// has no method here. Whoever opens a descriptor closes it, and passes <c>O_CLOEXEC</c> or its like.
    /// </summary>
    /// <exception cref="KernelException">A call failed that was not appended with <see cref="SyscallProgram.Try"/>; the calls behind it are not made.</exception>
    SyscallOutcome Run(SyscallProgram program);

    /// <summary>
    /// A new shared anonymous memory object of a size, as mmap(MAP_SHARED | MAP_ANONYMOUS) makes it, open for reading
    /// and writing.
    /// </summary>
    SafeFileHandle CreateSharedMemory(long size);
}
