using System.Buffers;
using System.Runtime.InteropServices;
using CrStream.Abstractions;
using CrStream.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Linux.Proc;

/// <summary>
/// Reads files, links and directories of /proc whole. A failure is a <see cref="KernelException"/> whose error is ESRCH
/// when the task is gone, and ENOENT when the task is there and the file is not (a descriptor that was closed, a file
/// that this kernel does not have).
/// </summary>
public static class ProcFs
{
    private const int FirstBuffer = 16 << 10;

    /// <summary>Reads a file and parses it, without keeping the text.</summary>
    /// <exception cref="KernelException">The file cannot be read.</exception>
    public static unsafe T Read<T>(string path, Func<ReadOnlySpan<byte>, T> parse)
    {
        using var file = Open(path, FileFlags.O_RDONLY);
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var length = 0;
            while (true)
            {
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                nint got;
                fixed (byte* start = buffer)
                {
                    got = FileCalls.read(file, start + length, (nuint)(buffer.Length - length));
                }

                if (got == 0)
                {
                    return parse(buffer.AsSpan(0, length));
                }

                var error = Marshal.GetLastPInvokeError();
                if (got < 0 && error != ErrorNumber.EINTR)
                {
                    throw Failure("read", error, path);
                }

                length += (int)Math.Max(got, 0);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A file's bytes.</summary>
    /// <exception cref="KernelException">The file cannot be read.</exception>
    public static byte[] Read(string path) => Read(path, static text => text.ToArray());

    /// <summary>Where a link leads, whatever its length and bytes.</summary>
    /// <exception cref="KernelException">The link cannot be read.</exception>
    public static unsafe KernelText ReadLink(string path)
    {
        // proc_pid_readlink builds the path in one page, so what it cannot hold is ENAMETOOLONG, never cut off.
        for (var capacity = 4096; ; capacity *= 2)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(capacity);
            try
            {
                nint length;
                fixed (byte* start = buffer)
                {
                    length = FileCalls.readlink(path, start, (nuint)buffer.Length);
                }

                if (length < 0)
                {
                    throw Failure("readlink", Marshal.GetLastPInvokeError(), path);
                }

                if (length < buffer.Length)
                {
                    return new KernelText(buffer.AsSpan(0, (int)length));
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>The names in a directory, without "." and "..". Follows no link in it.</summary>
    /// <exception cref="KernelException">The directory cannot be read.</exception>
    public static unsafe IReadOnlyList<string> List(string path)
    {
        using var directory = Open(path, FileFlags.O_RDONLY | FileFlags.O_DIRECTORY);
        List<string> names = [];
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            fixed (byte* start = buffer)
            {
                nint length;
                while ((length = FileCalls.getdents64(directory, start, (nuint)buffer.Length)) > 0)
                {
                    DirectoryText.Append(buffer.AsSpan(0, (int)length), names);
                }

                return length == 0 ? names : throw Failure("getdents64", Marshal.GetLastPInvokeError(), path);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal static SafeFileHandle Open(string path, int flags)
    {
        var file = FileCalls.open(path, flags | FileFlags.O_CLOEXEC, 0);
        return file >= 0 ? new SafeFileHandle(file, ownsHandle: true) : throw Failure("open", Marshal.GetLastPInvokeError(), path);
    }

    private static KernelException Failure(string call, int error, string path)
        => new(call, error == ErrorNumber.ENOENT && !TaskExists(path) ? ErrorNumber.ESRCH : error, path);

    /// <summary>Whether the directory of the task that a path names is there: /proc/N or /proc/N/task/N.</summary>
    private static bool TaskExists(string path)
    {
        var parts = path.Split('/');
        if (parts is not ["", "proc", [>= '0' and <= '9', ..], ..])
        {
            return true;
        }

        var task = string.Join('/', parts.Take(parts is [_, _, _, "task", _, ..] ? 5 : 3));
        using var directory = new SafeFileHandle(FileCalls.open(task, FileFlags.O_PATH | FileFlags.O_CLOEXEC, 0), ownsHandle: true);
        return !directory.IsInvalid;
    }
}
