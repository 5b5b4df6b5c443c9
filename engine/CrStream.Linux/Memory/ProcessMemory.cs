using System.Globalization;
using System.Runtime.InteropServices;
using CrStream.Abstractions;
using CrStream.Linux.Native;

namespace CrStream.Linux.Memory;

/// <summary>
/// A task's memory through process_vm_readv(2) and process_vm_writev(2): the fastest way, many ranges a call, but only
/// what the mappings' protection and the pages allow. See <see cref="TaskMemory"/> for the way past the protection.
/// </summary>
/// <param name="tid">The task; any of the thread group serves.</param>
public sealed class ProcessMemory(int tid)
{
    /// <summary>IOV_MAX of the kernel (UIO_MAXIOV): what one call takes at most.</summary>
    private const int UIO_MAXIOV = 1024;

    /// <summary>Reads the ranges, one behind the other, into a buffer of their summed length.</summary>
    /// <exception cref="KernelException">Not all could be read; the message has the address.</exception>
    public void Read(ReadOnlySpan<MemoryRange> ranges, Span<byte> into) => Check("process_vm_readv", TryRead(ranges, into));

    /// <summary>Reads one range.</summary>
    /// <exception cref="KernelException">Not all could be read; the message has the address.</exception>
    public void Read(ulong address, Span<byte> into) => Read([new MemoryRange(address, (ulong)into.Length)], into);

    /// <summary>Writes a buffer to the ranges, one behind the other, of the same summed length.</summary>
    /// <exception cref="KernelException">Not all could be written; the message has the address.</exception>
    public void Write(ReadOnlySpan<MemoryRange> ranges, ReadOnlySpan<byte> from) => Check("process_vm_writev", TryWrite(ranges, from));

    /// <summary>Writes one range.</summary>
    /// <exception cref="KernelException">Not all could be written; the message has the address.</exception>
    public void Write(ulong address, ReadOnlySpan<byte> from) => Write([new MemoryRange(address, (ulong)from.Length)], from);

    /// <summary>As <see cref="Read(ReadOnlySpan{MemoryRange}, Span{byte})"/>, but tells how far it came instead of throwing.</summary>
    public unsafe MemoryTransfer TryRead(ReadOnlySpan<MemoryRange> ranges, Span<byte> into)
    {
        fixed (byte* local = into)
        {
            return Transfer(local, into.Length, ranges, &MemoryCalls.process_vm_readv);
        }
    }

    /// <summary>As <see cref="Write(ReadOnlySpan{MemoryRange}, ReadOnlySpan{byte})"/>, but tells how far it came instead of throwing.</summary>
    public unsafe MemoryTransfer TryWrite(ReadOnlySpan<MemoryRange> ranges, ReadOnlySpan<byte> from)
    {
        fixed (byte* local = from)
        {
            return Transfer(local, from.Length, ranges, &MemoryCalls.process_vm_writev);
        }
    }

    /// <summary>
    /// The kernel takes 1024 ranges and 2 GiB at once, and ends early, at any byte, where a page cannot be had: so it
    /// is called again from where it ended, until nothing is left or the first byte of what is left fails.
    /// </summary>
    private unsafe MemoryTransfer Transfer(
        byte* local, long length, ReadOnlySpan<MemoryRange> ranges, delegate*<int, MemoryRange*, nuint, MemoryRange*, nuint, nuint, nint> call)
    {
        var remote = stackalloc MemoryRange[UIO_MAXIOV];
        var (index, skip, done) = (0, 0ul, 0L);
        while (true)
        {
            var (count, wanted) = (0, 0ul);
            for (var next = index; next < ranges.Length && count < UIO_MAXIOV; next++)
            {
                var taken = next == index ? skip : 0;
                remote[count] = new MemoryRange(ranges[next].Start + taken, ranges[next].Length - taken);
                wanted += remote[count++].Length;
            }

            if (wanted == 0 && index + count == ranges.Length)
            {
                return new MemoryTransfer(done, 0, 0);
            }

            if (wanted == 0)
            {
                index += count;
                continue;
            }

            if (wanted > (ulong)(length - done))
            {
                throw new ArgumentException("the ranges are longer than the buffer", nameof(ranges));
            }

            var here = new MemoryRange((ulong)(local + done), wanted);
            var moved = call(tid, &here, 1, remote, (nuint)count, 0);
            if (moved <= 0)
            {
                var error = moved == 0 ? ErrorNumber.EFAULT : Marshal.GetLastPInvokeError();
                return new MemoryTransfer(done, error, FirstAddress(remote, count));
            }

            done += moved;
            for (skip += (ulong)moved; index < ranges.Length && skip >= ranges[index].Length; index++)
            {
                skip -= ranges[index].Length;
            }
        }
    }

    private static unsafe ulong FirstAddress(MemoryRange* ranges, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (ranges[i].Length > 0)
            {
                return ranges[i].Start;
            }
        }

        return 0;
    }

    private void Check(string call, MemoryTransfer transfer)
    {
        if (!transfer.IsComplete)
        {
            throw new KernelException(call, transfer.Error, string.Create(CultureInfo.InvariantCulture, $"of task {tid} at 0x{transfer.FailedAt:x}"));
        }
    }
}
