using System.Globalization;
using System.Runtime.InteropServices;
using CrStream.Abstractions;
using CrStream.Linux.Files;
using CrStream.Linux.Proc;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Linux.Memory;

/// <summary>
/// A task's memory through /proc/PID/mem: reads and writes whatever the page's protection is (a write makes a private
/// copy of the page), slower than <see cref="ProcessMemory"/>. It stays with the address space that the task had when
/// it was opened, also when the task executes another program.
/// </summary>
public sealed class TaskMemory : IDisposable
{
    private readonly int tid;
    private readonly SafeFileHandle file;

    private TaskMemory(int tid, SafeFileHandle file) => (this.tid, this.file) = (tid, file);

    /// <summary>Opens the memory of a task; any of the thread group serves.</summary>
    /// <exception cref="KernelException">ESRCH when the task is gone, EACCES without PTRACE_MODE_ATTACH.</exception>
    public static TaskMemory Open(int tid) => new(tid, ProcFs.Open($"/proc/{tid}/mem", FileFlags.O_RDWR));

    /// <summary>Reads bytes.</summary>
    /// <exception cref="KernelException">Not all could be read; the message has the address.</exception>
    public unsafe void Read(ulong address, Span<byte> into)
    {
        fixed (byte* local = into)
        {
            Check("read", Transfer(local, into.Length, address, &FileCalls.pread));
        }
    }

    /// <summary>Writes bytes.</summary>
    /// <exception cref="KernelException">Not all could be written; the message has the address.</exception>
    public unsafe void Write(ulong address, ReadOnlySpan<byte> from)
    {
        fixed (byte* local = from)
        {
            Check("write", Transfer(local, from.Length, address, &FileCalls.pwrite));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private unsafe MemoryTransfer Transfer(byte* local, int length, ulong address, delegate*<SafeHandle, byte*, nuint, long, nint> call)
    {
        var done = 0;
        while (done < length)
        {
            var moved = call(file, local + done, (nuint)(length - done), (long)(address + (ulong)done));
            if (moved > 0)
            {
                done += (int)moved;
                continue;
            }

            // 0 is what mem_rw gives for an address space without users: the task has ended.
            var error = moved == 0 ? ErrorNumber.ESRCH : Marshal.GetLastPInvokeError();
            if (error != ErrorNumber.EINTR)
            {
                return new MemoryTransfer(done, error, address + (ulong)done);
            }
        }

        return new MemoryTransfer(done, 0, 0);
    }

    private void Check(string call, MemoryTransfer transfer)
    {
        if (!transfer.IsComplete)
        {
            throw new KernelException(call, transfer.Error, string.Create(CultureInfo.InvariantCulture, $"/proc/{tid}/mem at 0x{transfer.FailedAt:x}"));
        }
    }
}
