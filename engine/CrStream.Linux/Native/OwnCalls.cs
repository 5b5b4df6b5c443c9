using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CrStream.Abstractions;
using CrStream.Linux.Architectures;

namespace CrStream.Linux.Native;

/// <summary>Runs a <see cref="SyscallProgram"/> in this process, call by call, on the calling thread.</summary>
internal static class OwnCalls
{
    private const int MaximumArguments = 6;

    internal static unsafe SyscallOutcome Run(SyscallProgram program)
    {
        // Buffers are aligned to 8, and some calls want a cache line.
        var length = Math.Max(program.DataLength, 8);
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)length, 64);
        try
        {
            var data = new Span<byte>(memory, length);
            program.Data.Span.CopyTo(data);
            foreach (var pointer in program.Pointers)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(data[pointer.Offset..], (ulong)(memory + pointer.Target));
            }

            var results = new long[program.Entries.Count];
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = Call(program.Entries[i], results, memory);
            }

            return new(results, data.ToArray());
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static unsafe long Call(SyscallEntry entry, long[] results, byte* data)
    {
        var arguments = stackalloc nint[MaximumArguments];
        for (var i = 0; i < entry.Arguments.Count; i++)
        {
            var argument = entry.Arguments[i];
            arguments[i] = (nint)(argument.Kind switch
            {
                SyscallArgumentKind.Literal => argument.Number,
                SyscallArgumentKind.Result => results[argument.Number],
                SyscallArgumentKind.Address => (long)(data + argument.Number),
                _ => *(long*)(data + argument.Number),
            });
        }

        var number = (nint)Processor.Current.NumberOf(entry.Call);
        nint result;
        int error;
        do
        {
            result = RawSyscall.syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
            error = result == -1 ? Marshal.GetLastPInvokeError() : 0;
        }
        while (error == ErrorNumber.EINTR && entry.OnError == SyscallOnError.Stop);

        return error == 0 ? result
            : entry.OnError == SyscallOnError.Continue ? -error
            : throw new KernelException(entry.Call.ToString(), error);
    }
}
