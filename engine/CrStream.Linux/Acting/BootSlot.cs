using System.Buffers.Binary;
using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using CrStream.Linux.Memory;

namespace CrStream.Linux.Acting;

/// <summary>
/// The place in a task where its first system call is run: the padding behind the vDSO's ELF image. Whoever is killed
/// there leaves a task that goes on by itself, and a frame that tells the next tracer where the scratch is.
/// </summary>
internal sealed class BootSlot
{
    private const int ElfClassOffset = 4;
    private const byte ELFCLASS64 = 2;

    private readonly TaskMemory memory;
    private readonly ulong vdso;

    private BootSlot(TaskMemory memory, ulong vdso, ulong address)
    {
        this.memory = memory;
        this.vdso = vdso;
        Address = address;
    }

    /// <summary>The slot's first instruction.</summary>
    public ulong Address { get; }

    /// <summary>How many bytes of code and frame it has.</summary>
    public static int Length => Processor.Current.Code.BootSlot.Length + ActingFrame.Length;

    /// <summary>Where a task stands behind the system call.</summary>
    public ulong Return => Address + (ulong)Processor.Current.Code.BootSlotReturn;

    private ulong Frame => Address + (ulong)Processor.Current.Code.BootSlot.Length;

    /// <summary>Finds the slot in an address space.</summary>
    /// <param name="memory">The address space.</param>
    /// <param name="vdso">Where the vDSO begins.</param>
    /// <param name="end">Where its mapping ends.</param>
    /// <exception cref="CheckpointException">There is no room behind the ELF image, or it is one of 32 bits.</exception>
    public static BootSlot Find(TaskMemory memory, ulong vdso, ulong end)
    {
        Span<byte> header = stackalloc byte[64];
        memory.Read(vdso, header);
        if (header[ElfClassOffset] != ELFCLASS64)
        {
            throw new CheckpointException("the process runs code of another architecture than this program's", "32-bit programs cannot be checkpointed");
        }

        var sections = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
        var sectionLength = BinaryPrimitives.ReadUInt16LittleEndian(header[58..]);
        var sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(header[60..]);
        var address = (vdso + sections + ((ulong)sectionLength * sectionCount) + 15) & ~15UL;
        return address + (ulong)Length <= end
            ? new BootSlot(memory, vdso, address)
            : throw new CheckpointException($"the vDSO at 0x{vdso:x} has no room behind its ELF image for the code that runs system calls", "report this kernel's release");
    }

    /// <summary>
    /// Where a killed tracer had the scratch, or meant to map it, or had just unmapped it; 0 where none was killed. The
    /// mappings tell whether it is there.
    /// </summary>
    public ulong AbandonedScratch()
    {
        Span<byte> frame = stackalloc byte[16];
        memory.Read(Frame, frame);
        return BinaryPrimitives.ReadUInt64LittleEndian(frame) == ActingFrame.Magic ? BinaryPrimitives.ReadUInt64LittleEndian(frame[ActingFrame.StateOffset..]) : 0;
    }

    /// <summary>The frame with which a task in the slot leaves it.</summary>
    public byte[] ReadFrame()
    {
        var frame = new byte[ActingFrame.Length];
        memory.Read(Frame, frame);
        return frame;
    }

    /// <summary>Writes the code, and how a task leaves it.</summary>
    /// <param name="registers">With which it leaves, ready for user mode.</param>
    /// <param name="signalMask">With which it leaves.</param>
    /// <param name="scratch">The scratch's address, noted for a tracer that comes after this one was killed: also while it is about to be mapped.</param>
    public void Write(Registers registers, ulong signalMask, ulong scratch)
    {
        var code = Processor.Current.Code.BootSlot.Span;
        Span<byte> bytes = stackalloc byte[Length];
        code.CopyTo(bytes);
        var frame = bytes[code.Length..];
        Processor.Current.WriteFrame(frame, registers, signalMask);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[ActingFrame.MagicOffset..], ActingFrame.Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[ActingFrame.StateOffset..], scratch);
        memory.Write(Address, bytes);
    }

    /// <summary>
    /// The address of an instruction of the vDSO's own that calls the kernel, as its functions do where they cannot answer
    /// by themselves.
    /// </summary>
    public ulong FindCallInstruction()
    {
        var bytes = new byte[Address - vdso];
        memory.Read(vdso, bytes);
        var found = bytes.AsSpan().IndexOf(Processor.Current.Code.BootSlot.Span[..Processor.Current.Code.BootSlotReturn]);
        return found >= 0 ? vdso + (ulong)found : throw new RestoreException($"the vDSO at 0x{vdso:x} makes no system call", "report this kernel's release");
    }

    /// <summary>Takes code and frame away. No task may be in it.</summary>
    public void Clear() => memory.Write(Address, new byte[Length]);

    /// <summary>Whether an instruction pointer lies in the slot's code.</summary>
    public bool Contains(ulong address) => address >= Address && address < Address + (ulong)Length;
}
