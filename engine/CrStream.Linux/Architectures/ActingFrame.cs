using System.Buffers.Binary;

namespace CrStream.Linux.Architectures;

/// <summary>
/// The data behind the acting code: how the task goes on when it leaves, and what the tracer of tomorrow needs to know
/// about what a killed one left behind. All numbers are 64-bit, little-endian.
/// </summary>
public static class ActingFrame
{
    /// <summary>Its length in bytes.</summary>
    public const int Length = 192;

    /// <summary>"CRSTREAM" as a number: a frame is here.</summary>
    public const ulong Magic = 0x4D41455254535243;

    /// <summary>Offset of the magic.</summary>
    public const int MagicOffset = 0;

    /// <summary>In the boot slot: the scratch's address, 0 while there is none. In the loop: the entry that would have come next.</summary>
    public const int StateOffset = 8;

    /// <summary>Offset of the flags register, from where the architecture lays out its registers up to the instruction pointer.</summary>
    public const int RegistersOffset = 16;

    /// <summary>In the loop: the three arguments of the tgkill that tells the tracer: pid, tid, signal.</summary>
    public const int NotificationOffset = 168;

    /// <summary>Writes the frame's own numbers; the architecture has written the registers.</summary>
    public static void WriteNotification(Span<byte> frame, int pid, int tid, int signal)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(frame[MagicOffset..], Magic);
        BinaryPrimitives.WriteInt64LittleEndian(frame[NotificationOffset..], pid);
        BinaryPrimitives.WriteInt64LittleEndian(frame[(NotificationOffset + 8)..], tid);
        BinaryPrimitives.WriteInt64LittleEndian(frame[(NotificationOffset + 16)..], signal);
    }
}
