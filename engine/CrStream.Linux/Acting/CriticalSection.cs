using System.Buffers.Binary;
using CrStream.Linux.Memory;
using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Acting;

/// <summary>
/// The restartable sequence that a task has announced (<c>struct rseq_cs</c>, include/uapi/linux/rseq.h): code that must
/// be left for its abort handler when the task was interrupted in it.
/// </summary>
/// <param name="Pointer">Where the task keeps the section's address.</param>
/// <param name="Start">The first instruction.</param>
/// <param name="Length">In bytes.</param>
/// <param name="AbortAddress">Where the task goes on when it was interrupted.</param>
internal sealed record CriticalSection(ulong Pointer, ulong Start, ulong Length, ulong AbortAddress)
{
    /// <summary>The section that a task has announced, or null.</summary>
    public static CriticalSection? Find(TracedTask trace, TaskMemory memory)
    {
        if (trace.GetRestartableSequences() is not { } rseq)
        {
            return null;
        }

        var pointer = rseq.Address + RestartableSequences.CriticalSectionOffset;
        Span<byte> number = stackalloc byte[8];
        memory.Read(pointer, number);
        var section = BinaryPrimitives.ReadUInt64LittleEndian(number);
        if (section == 0)
        {
            return null;
        }

        Span<byte> descriptor = stackalloc byte[32];
        memory.Read(section, descriptor);
        return new(
            pointer,
            BinaryPrimitives.ReadUInt64LittleEndian(descriptor[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(descriptor[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(descriptor[24..]));
    }

    /// <summary>Whether an instruction lies in the section.</summary>
    public bool Contains(ulong address) => address - Start < Length;

    /// <summary>Says that the task is in no section, as the kernel does when it has left one.</summary>
    public void Clear(TaskMemory memory) => memory.Write(Pointer, new byte[8]);
}
