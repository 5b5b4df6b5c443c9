using System.Buffers.Binary;

namespace CrStream.Linux.Bpf;

/// <summary>The slots of a record that say what an open file leads to, in programs that have the file's address in a slot.</summary>
internal static class InodeSlots
{
    private enum Slot
    {
        Inode, Mode, Links, Pipe, PipeFiles, PipeReaders, PipeWriters, Entry, EntryUsers, Count,
    }

    /// <summary>How many there are.</summary>
    public const int Count = (int)Slot.Count;

    private const uint S_IFMT = 0xF000;
    private const uint S_IFIFO = 0x1000;

    /// <summary>Fills them.</summary>
    /// <param name="program">The program.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="file">The slot with the address of the struct file.</param>
    public static RecordProgram CopyInode(this RecordProgram program, int first, int file)
    {
        int At(Slot slot) => first + (int)slot;

        // i_pipe shares its place with other pointers and a number: reads from what is no address give zeroes.
        return program
            .Copy(At(Slot.Inode), file, "file.f_inode")
            .Copy(At(Slot.Mode), At(Slot.Inode), "inode.i_mode")
            .Copy(At(Slot.Links), At(Slot.Inode), "inode.i_nlink")
            .Copy(At(Slot.Pipe), At(Slot.Inode), "inode.i_pipe")
            .Copy(At(Slot.PipeFiles), At(Slot.Pipe), "pipe_inode_info.files")
            .Copy(At(Slot.PipeReaders), At(Slot.Pipe), "pipe_inode_info.readers")
            .Copy(At(Slot.PipeWriters), At(Slot.Pipe), "pipe_inode_info.writers")
            .Copy(At(Slot.Entry), file, "file.f_path.dentry")
            .Copy(At(Slot.EntryUsers), At(Slot.Entry), "dentry.d_lockref.count");
    }

    /// <summary>What they say.</summary>
    public static KernelInode Parse(ReadOnlySpan<byte> record, int first)
    {
        bool isFifo = ((uint)Get(record, first, Slot.Mode) & S_IFMT) == S_IFIFO;
        return new KernelInode(
            Get(record, first, Slot.Inode),
            (uint)Get(record, first, Slot.Links),
            Get(record, first, Slot.Entry),
            (int)Get(record, first, Slot.EntryUsers),
            isFifo
                ? new KernelPipe((int)Get(record, first, Slot.PipeFiles), (int)Get(record, first, Slot.PipeReaders), (int)Get(record, first, Slot.PipeWriters))
                : null);
    }

    private static ulong Get(ReadOnlySpan<byte> record, int first, Slot slot) =>
        BinaryPrimitives.ReadUInt64LittleEndian(record[((first + (int)slot) * sizeof(ulong))..]);
}
