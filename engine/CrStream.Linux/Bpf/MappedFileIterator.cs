using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.Linux.Bpf;

/// <summary>
/// Reads every mapping of a file with the open file's identity and reference count (<see cref="KernelMapping"/>), by a
/// BPF iterator over the mappings of tasks (since Linux 5.12). Load it before the tasks are frozen, as <see cref="TaskIterator"/>.
/// </summary>
public sealed class MappedFileIterator : IDisposable
{
    private enum Slot
    {
        Task, Vma, Tid, Tgid, Mm, Start, File, References, Inode, Count = Inode + InodeSlots.Count,
    }

    private const int RecordSize = (int)Slot.Count * sizeof(ulong);

    private readonly BpfIterator _iterator;
    private readonly FileReferences _references;

    private MappedFileIterator(Btf types)
    {
        _references = new FileReferences(types);
        _iterator = Load(types, _references.Member);
    }

    /// <summary>Loads the program, and runs it once on this process.</summary>
    /// <param name="types">The kernel's types, <see cref="KernelBtf.Read"/>.</param>
    /// <exception cref="CheckpointException">This kernel's structures are not as expected.</exception>
    /// <exception cref="KernelException">bpf(2) is not permitted or not there; <see cref="BpfProbe"/> says why.</exception>
    public static MappedFileIterator Load(Btf types)
    {
        var iterator = new MappedFileIterator(types);
        iterator.ReadMappings(Environment.ProcessId);
        return iterator;
    }

    /// <summary>The mappings of files of a process, or of all that this process can see.</summary>
    /// <param name="pid">The process's number in this process's pid namespace, or null for all.</param>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public IReadOnlyList<KernelMapping> ReadMappings(int? pid)
    {
        ReadOnlySpan<byte> left = _iterator.Read(pid).Span;
        var mappings = new List<KernelMapping>(left.Length / RecordSize);
        for (; left.Length >= RecordSize; left = left[RecordSize..])
        {
            KernelMapping mapping = Parse(left);
            if (mapping.Tgid != 0 && (pid is null || mapping.Tgid == pid))
                mappings.Add(mapping);
        }

        return mappings;
    }

    /// <inheritdoc/>
    public void Dispose() => _iterator.Dispose();

    private static BpfIterator Load(Btf types, BtfMember reference) =>
        new RecordProgram(types, "bpf_iter__task_vma", (int)Slot.Count)
            .Take((int)Slot.Task, "task")
            .Take((int)Slot.Vma, "vma")
            .Copy((int)Slot.File, (int)Slot.Vma, "vm_area_struct.vm_file")
            .EndWhereZero((int)Slot.File)
            .CopyNumbers((int)Slot.Tid, (int)Slot.Tgid, (int)Slot.Task)
            .Copy((int)Slot.Mm, (int)Slot.Vma, "vm_area_struct.vm_mm")
            .Copy((int)Slot.Start, (int)Slot.Vma, "vm_area_struct.vm_start")
            .Copy((int)Slot.References, (int)Slot.File, reference)
            .CopyInode((int)Slot.Inode, (int)Slot.File)
            .Write()
            .Load("bpf_iter_task_vma");

    private KernelMapping Parse(ReadOnlySpan<byte> record) => new(
        (int)Get(record, Slot.Tgid),
        Get(record, Slot.Mm),
        Get(record, Slot.Start),
        Get(record, Slot.File),
        _references.Count((long)Get(record, Slot.References)),
        InodeSlots.Parse(record, (int)Slot.Inode));

    private static ulong Get(ReadOnlySpan<byte> record, Slot slot) =>
        BinaryPrimitives.ReadUInt64LittleEndian(record[((int)slot * sizeof(ulong))..]);
}
