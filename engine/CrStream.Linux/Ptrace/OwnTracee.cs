using System.Runtime.InteropServices;
using CrStream.Abstractions;
using static CrStream.Linux.Ptrace.PtraceNative;
using static CrStream.Linux.Ptrace.PtraceRequest;

namespace CrStream.Linux.Ptrace;

/// <summary>A task that this thread traces.</summary>
/// <param name="pid">The thread group's id.</param>
/// <param name="tid">The task's id.</param>
public sealed unsafe class OwnTracee(int pid, int tid) : TracedTask(pid, tid)
{
    /// <summary>Traces a task without stopping it (PTRACE_SEIZE).</summary>
    /// <exception cref="KernelException">ESRCH when it is gone, EPERM when it is traced already or not ours to trace.</exception>
    public static OwnTracee Seize(int pid, int tid, PtraceOptions options)
    {
        return ptrace(PTRACE_SEIZE, tid, 0, (nuint)options) == 0
            ? new OwnTracee(pid, tid)
            : throw new KernelException("ptrace", Marshal.GetLastPInvokeError(), $"seize of task {tid}");
    }

    /// <inheritdoc/>
    protected override TaskStop? NextStop(Deadline deadline) => Waiting.For(Tid, deadline);

    /// <inheritdoc/>
    protected override long Request(long request, ulong address, ulong data) => Result(ptrace(request, Tid, (nuint)address, (nuint)data));

    /// <inheritdoc/>
    protected override long Request(long request, ulong address, Span<byte> data)
    {
        fixed (byte* bytes = data)
        {
            return Result(ptrace(request, Tid, (nuint)address, (nuint)bytes));
        }
    }

    /// <inheritdoc/>
    protected override long RegisterSet(long request, int note, Span<byte> data)
    {
        fixed (byte* bytes = data)
        {
            var vector = new IoVector { Base = (nuint)bytes, Length = (nuint)data.Length };
            var result = Result(ptrace(request, Tid, (nuint)note, (nuint)(&vector)));
            return result < 0 ? result : (long)vector.Length;
        }
    }

    /// <inheritdoc/>
    protected override long PeekSiginfo(ReadOnlySpan<byte> arguments, Span<byte> room)
    {
        fixed (byte* wanted = arguments, bytes = room)
        {
            return Result(ptrace(PTRACE_PEEKSIGINFO, Tid, (nuint)wanted, (nuint)bytes));
        }
    }

    private static long Result(long result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public nuint Base;
        public nuint Length;
    }
}
