using System.Buffers.Binary;

namespace CrStream.Abstractions;

/// <summary>What a program left behind: the calls' results and the buffers' bytes.</summary>
/// <param name="results">A result for each entry.</param>
/// <param name="data">The buffers, as the program left them.</param>
public sealed class SyscallOutcome(IReadOnlyList<long> results, ReadOnlyMemory<byte> data)
{
    /// <summary>A call's result; an errno as a negative number where a call that may fail did.</summary>
    public long this[SyscallResult result] => results[result.Index];

    /// <summary>What a buffer holds.</summary>
    public ReadOnlySpan<byte> this[SyscallBuffer buffer] => data.Span.Slice(buffer.Offset, buffer.Length);

    /// <summary>The 64-bit number at a place in a buffer, in bytes.</summary>
    public ulong UInt64(SyscallBuffer buffer, int offset = 0) => BinaryPrimitives.ReadUInt64LittleEndian(this[buffer][offset..]);

    /// <summary>The 32-bit number at a place in a buffer, in bytes.</summary>
    public uint UInt32(SyscallBuffer buffer, int offset = 0) => BinaryPrimitives.ReadUInt32LittleEndian(this[buffer][offset..]);
}
