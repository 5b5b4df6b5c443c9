using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.Linux.Bpf;

/// <summary>
/// Reads every descriptor with its open file's identity and reference count (<see cref="KernelFile"/>), by a BPF
/// iterator over the files of tasks. Load it before the tasks are frozen, as <see cref="TaskIterator"/>.
/// </summary>
public sealed class OpenFileIterator : IDisposable
{
    private enum Slot
    {
        Task, Tid, Tgid, Fd, File, Files, References, Mode, Flags, Inode, Count = Inode + InodeSlots.Count,
    }

    private const int RecordSize = (int)Slot.Count * sizeof(ulong);

    // While the program runs, the iterator holds a reference.
    private const int OwnReferences = 1;

    private readonly BpfIterator _iterator;
    private readonly FileReferences _references;

    private OpenFileIterator(Btf types)
    {
        _references = new FileReferences(types);
        _iterator = Load(types, _references.Member);
    }

    /// <summary>Loads the program, and runs it once on this process.</summary>
    /// <param name="types">The kernel's types, <see cref="KernelBtf.Read"/>.</param>
    /// <exception cref="CheckpointException">This kernel's structures are not as expected.</exception>
    /// <exception cref="KernelException">bpf(2) is not permitted or not there; <see cref="BpfProbe"/> says why.</exception>
    public static OpenFileIterator Load(Btf types)
    {
        var iterator = new OpenFileIterator(types);
        iterator.ReadFiles(Environment.ProcessId);
        return iterator;
    }

    /// <summary>The descriptors of a process, or of all that this process can see. The counts hold for frozen tasks only.</summary>
    /// <param name="pid">The process's number in this process's pid namespace, or null for all.</param>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public IReadOnlyList<KernelFile> ReadFiles(int? pid)
    {
        ReadOnlySpan<byte> left = _iterator.Read(pid).Span;
        var files = new List<KernelFile>(left.Length / RecordSize);
        for (; left.Length >= RecordSize; left = left[RecordSize..])
        {
            KernelFile file = Parse(left);
            if (file.Tid != 0 && (pid is null || file.Tgid == pid))
                files.Add(file);
        }

        return files;
    }

    /// <inheritdoc/>
    public void Dispose() => _iterator.Dispose();

    private static BpfIterator Load(Btf types, BtfMember reference) =>
        new RecordProgram(types, "bpf_iter__task_file", (int)Slot.Count)
            .Take((int)Slot.Task, "task")
            .Take((int)Slot.File, "file")
            .TakeNumber((int)Slot.Fd, "fd")
            .CopyNumbers((int)Slot.Tid, (int)Slot.Tgid, (int)Slot.Task)
            .Copy((int)Slot.Files, (int)Slot.Task, "task_struct.files")
            .Copy((int)Slot.References, (int)Slot.File, reference)
            .Copy((int)Slot.Mode, (int)Slot.File, "file.f_mode")
            .Copy((int)Slot.Flags, (int)Slot.File, "file.f_flags")
            .CopyInode((int)Slot.Inode, (int)Slot.File)
            .Write()
            .Load("bpf_iter_task_file");

    private KernelFile Parse(ReadOnlySpan<byte> record) => new(
        (int)Get(record, Slot.Tgid),
        (int)Get(record, Slot.Tid),
        (int)Get(record, Slot.Fd),
        Get(record, Slot.File),
        Get(record, Slot.Files),
        _references.Count((long)Get(record, Slot.References)) - OwnReferences,
        (uint)Get(record, Slot.Mode),
        (uint)Get(record, Slot.Flags),
        InodeSlots.Parse(record, (int)Slot.Inode));

    private static ulong Get(ReadOnlySpan<byte> record, Slot slot) =>
        BinaryPrimitives.ReadUInt64LittleEndian(record[((int)slot * sizeof(ulong))..]);
}
