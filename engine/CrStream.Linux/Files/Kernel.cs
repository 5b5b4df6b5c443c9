using System.Runtime.InteropServices;
using System.Text;
using CrStream.Abstractions;
using CrStream.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Linux.Files;

/// <summary>The kernel as handlers see it: file calls of this process, restarted where a signal interrupts them. Has no state.</summary>
public sealed unsafe class Kernel : IKernel
{
    /// <inheritdoc/>
    public SafeFileHandle Open(string path, int flags, uint mode = 0)
    {
        int file;
        do
        {
            file = FileCalls.open(path, flags | FileFlags.O_CLOEXEC, mode);
        }
        while (Interrupted(file));

        return file >= 0 ? new(file, ownsHandle: true) : throw Failed("open", path);
    }

    /// <inheritdoc/>
    public FileStatus Status(SafeFileHandle file)
    {
        StatX status;
        StatFs fileSystem;
        byte emptyPath = 0;
        Check(FileCalls.statx(file, &emptyPath, StatX.AT_EMPTY_PATH, StatX.STATX_BASIC_STATS, &status), "statx", file);
        Check(FileCalls.fstatfs(file, &fileSystem), "fstatfs", file);
        return new(
            Device(status.DeviceMajor, status.DeviceMinor), status.Inode, status.Mode, status.Links, status.Uid, status.Gid,
            Device(status.SpecialMajor, status.SpecialMinor), status.Size,
            (status.ModifiedSeconds * 1_000_000_000) + status.ModifiedNanoseconds, fileSystem.Magic);
    }

    /// <inheritdoc/>
    /// <remarks>By way of an <c>O_PATH</c> descriptor, so that both calls mean the same file.</remarks>
    public FileStatus? Status(string path, bool followLinks = true)
    {
        try
        {
            using var file = Open(path, FileFlags.O_PATH | (followLinks ? 0 : FileFlags.O_NOFOLLOW));
            return Status(file);
        }
        catch (KernelException failed) when (failed.Error is ErrorNumber.ENOENT or ErrorNumber.ENOTDIR)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public string ReadLink(string path)
    {
        for (var length = 4096; ; length *= 2)
        {
            var target = new byte[length];
            fixed (byte* start = target)
            {
                var filled = FileCalls.readlink(path, start, (nuint)length);
                if (filled < 0)
                {
                    throw Failed("readlink", path);
                }

                if (filled < length)
                {
                    return Encoding.UTF8.GetString(target, 0, (int)filled);
                }
            }
        }
    }

    /// <inheritdoc/>
    public (SafeFileHandle ReadEnd, SafeFileHandle WriteEnd) Pipe(int flags)
    {
        var ends = stackalloc int[2];
        if (PipeCalls.pipe2(ends, flags | FileFlags.O_CLOEXEC) < 0)
        {
            throw Failed("pipe2", null);
        }

        return (new(ends[0], ownsHandle: true), new(ends[1], ownsHandle: true));
    }

    /// <inheritdoc/>
    public long Tee(SafeFileHandle from, SafeFileHandle to, long length, uint flags)
    {
        nint copied;
        do
        {
            copied = PipeCalls.tee(from, to, checked((nuint)length), flags);
        }
        while (Interrupted(copied));

        return Check(copied, "tee", from);
    }

    /// <inheritdoc/>
    public int Read(SafeFileHandle file, Span<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint count;
            do
            {
                count = FileCalls.read(file, start, (nuint)bytes.Length);
            }
            while (Interrupted(count));

            return (int)Check(count, "read", file);
        }
    }

    /// <inheritdoc/>
    public int Write(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint count;
            do
            {
                count = FileCalls.write(file, start, (nuint)bytes.Length);
            }
            while (Interrupted(count));

            return (int)Check(count, "write", file);
        }
    }

    /// <inheritdoc/>
    public int ReadAt(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        fixed (byte* start = bytes)
        {
            nint count;
            do
            {
                count = FileCalls.pread(file, start, (nuint)bytes.Length, offset);
            }
            while (Interrupted(count));

            return (int)Check(count, "pread", file);
        }
    }

    /// <inheritdoc/>
    public int WriteAt(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* start = bytes)
        {
            nint count;
            do
            {
                count = FileCalls.pwrite(file, start, (nuint)bytes.Length, offset);
            }
            while (Interrupted(count));

            return (int)Check(count, "pwrite", file);
        }
    }

    /// <inheritdoc/>
    public long Seek(SafeFileHandle file, long offset, int whence)
    {
        var position = FileCalls.lseek(file, offset, whence);
        return position < 0 && Marshal.GetLastPInvokeError() == ErrorNumber.ENXIO ? -1 : Check(position, "lseek", file);
    }

    /// <inheritdoc/>
    public void Truncate(SafeFileHandle file, long length) => Check(FileCalls.ftruncate(file, length), "ftruncate", file);

    /// <inheritdoc/>
    public void ChangeOwner(SafeFileHandle file, uint uid, uint gid) => Check(FileCalls.fchown(file, uid, gid), "fchown", file);

    /// <inheritdoc/>
    public long Control(SafeFileHandle file, int command, long argument = 0) => Check(FileCalls.fcntl(file, command, argument), "fcntl", file);

    /// <inheritdoc/>
    public int Ioctl(SafeFileHandle file, ulong request, Span<byte> argument)
    {
        fixed (byte* start = argument)
        {
            return (int)Check(FileCalls.ioctl(file, request, start), "ioctl", file);
        }
    }

    /// <inheritdoc/>
    public SyscallOutcome Run(SyscallProgram program) => OwnCalls.Run(program);

    /// <inheritdoc/>
    public SafeFileHandle CreateSharedMemory(long size) => SharedAnonymousMemory.Create(this, size);

    /// <summary>A device's number as makedev(3) composes it.</summary>
    private static ulong Device(uint major, uint minor) =>
        ((major & 0xFFFUL) << 8) | ((major & 0xFFFFF000UL) << 32) | (minor & 0xFFUL) | ((minor & 0xFFFFFF00UL) << 12);

    private static bool Interrupted(nint result) => result < 0 && Marshal.GetLastPInvokeError() == ErrorNumber.EINTR;

    private static KernelException Failed(string call, string? about) => new(call, Marshal.GetLastPInvokeError(), about);

    private long Check(long result, string call, SafeFileHandle file)
    {
        if (result >= 0)
        {
            return result;
        }

        var error = Marshal.GetLastPInvokeError();
        throw new KernelException(call, error, NameOf(file));
    }

    /// <summary>What an error calls an open file: where /proc/self/fd leads.</summary>
    private string? NameOf(SafeFileHandle file)
    {
        try
        {
            return ReadLink(Reopening.ProcPath(file));
        }
        catch (KernelException)
        {
            return null;
        }
    }
}
