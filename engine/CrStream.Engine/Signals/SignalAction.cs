using System.Buffers.Binary;

namespace CrStream.Engine.Signals;

/// <summary>What happens at a signal: the kernel's <c>struct sigaction</c>, as rt_sigaction takes it.</summary>
/// <param name="Handler">The handler's address, or 0 (SIG_DFL) or 1 (SIG_IGN).</param>
/// <param name="Flags">SA_ flags.</param>
/// <param name="Restorer">The address that the handler returns to.</param>
/// <param name="Mask">The signals blocked meanwhile.</param>
internal readonly record struct SignalAction(ulong Handler, ulong Flags, ulong Restorer, ulong Mask)
{
    /// <summary>The structure's length in bytes.</summary>
    public const int Length = 32;

    public bool IsDefault => this == default;

    public static SignalAction Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
}
