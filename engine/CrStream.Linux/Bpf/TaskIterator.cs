using System.Buffers.Binary;
using System.Text;
using CrStream.Abstractions;

namespace CrStream.Linux.Bpf;

/// <summary>
/// Reads from the kernel what it keeps of threads (<see cref="KernelTask"/>), by a BPF iterator over tasks. Loading takes
/// milliseconds, so it is done before the tasks are frozen; a read then takes microseconds.
/// </summary>
public sealed class TaskIterator : IDisposable
{
    // A record's slots; the whole restart block stands from Restart on, and its function's name behind the record.
    private enum Slot
    {
        Task, Tid, Tgid, ClearChildTid, ParentDeathSignal, AlternateStack, AlternateStackSize, AlternateStackFlags,
        Credentials, SecureBits, ExitSignal, Mm, Files, Fs, SignalActions, Signal, UndoList, UndoFirst, IoContext, MmUsers, FilesUsers, FsUsers,
        SignalActionsUsers, DefaultMappingFlags, ExecutableFile, ExitState,
        PtraceFlags, JobControl, SystemCallWork, ExecutableInode, Restart = ExecutableInode + InodeSlots.Count,
    }

    private readonly BpfIterator _iterator;
    private readonly RestartBlockLayout _layout;
    private readonly int _restartSize;
    private readonly int _undoOffset;
    private readonly int _recordSize;

    private TaskIterator(Btf types)
    {
        _layout = new RestartBlockLayout(types);
        _undoOffset = types.Member("sem_undo_list.list_proc").Offset;
        _restartSize = types.SizeOf("restart_block");
        int restartSlots = (_restartSize + sizeof(ulong) - 1) / sizeof(ulong);
        _recordSize = ((int)Slot.Restart + restartSlots) * sizeof(ulong);
        _iterator = Load(types, (int)Slot.Restart + restartSlots);
    }

    /// <summary>
    /// Loads the program, and runs it once on this process: what is then done to frozen tasks is known to work, and is
    /// compiled.
    /// </summary>
    /// <param name="types">The kernel's types, <see cref="KernelBtf.Read"/>.</param>
    /// <exception cref="CheckpointException">This kernel's structures are not as expected.</exception>
    /// <exception cref="KernelException">bpf(2) is not permitted or not there; <see cref="BpfProbe"/> says why.</exception>
    public static TaskIterator Load(Btf types)
    {
        var iterator = new TaskIterator(types);
        iterator.ReadTasks(Environment.ProcessId);
        return iterator;
    }

    /// <summary>The threads of a process, or of all that this process can see.</summary>
    /// <param name="pid">The process's number in this process's pid namespace, or null for all.</param>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public IReadOnlyList<KernelTask> ReadTasks(int? pid)
    {
        var tasks = new List<KernelTask>();
        ReadOnlyMemory<byte> left = _iterator.Read(pid);
        while (!left.IsEmpty)
        {
            int nameLength = left.Span[_recordSize..].IndexOf((byte)'\n');
            KernelTask task = Parse(left[.._recordSize], Encoding.ASCII.GetString(left.Span.Slice(_recordSize, nameLength)));
            left = left[(_recordSize + nameLength + 1)..];

            // A task that has just ended has no number any more.
            if (task.Tid != 0 && (pid is null || task.Tgid == pid))
                tasks.Add(task);
        }

        return tasks;
    }

    /// <inheritdoc/>
    public void Dispose() => _iterator.Dispose();

    private static BpfIterator Load(Btf types, int recordSlots)
    {
        var program = new RecordProgram(types, "bpf_iter__task", recordSlots);

        void Copy(Slot to, Slot from, string path) => program.Copy((int)to, (int)from, path);

        program.Take((int)Slot.Task, "task").CopyNumbers((int)Slot.Tid, (int)Slot.Tgid, (int)Slot.Task);
        Copy(Slot.ClearChildTid, Slot.Task, "task_struct.clear_child_tid");
        Copy(Slot.ParentDeathSignal, Slot.Task, "task_struct.pdeath_signal");
        Copy(Slot.AlternateStack, Slot.Task, "task_struct.sas_ss_sp");
        Copy(Slot.AlternateStackSize, Slot.Task, "task_struct.sas_ss_size");
        Copy(Slot.AlternateStackFlags, Slot.Task, "task_struct.sas_ss_flags");
        Copy(Slot.ExitSignal, Slot.Task, "task_struct.exit_signal");
        Copy(Slot.ExitState, Slot.Task, "task_struct.exit_state");
        Copy(Slot.Credentials, Slot.Task, "task_struct.cred");
        Copy(Slot.SecureBits, Slot.Credentials, "cred.securebits");
        Copy(Slot.Mm, Slot.Task, "task_struct.mm");
        Copy(Slot.MmUsers, Slot.Mm, "mm_struct.mm_users");
        Copy(Slot.DefaultMappingFlags, Slot.Mm, "mm_struct.def_flags");
        Copy(Slot.ExecutableFile, Slot.Mm, "mm_struct.exe_file");
        program.CopyInode((int)Slot.ExecutableInode, (int)Slot.ExecutableFile);
        Copy(Slot.Files, Slot.Task, "task_struct.files");
        Copy(Slot.FilesUsers, Slot.Files, "files_struct.count");
        Copy(Slot.Fs, Slot.Task, "task_struct.fs");
        Copy(Slot.FsUsers, Slot.Fs, "fs_struct.users");
        Copy(Slot.SignalActions, Slot.Task, "task_struct.sighand");
        Copy(Slot.SignalActionsUsers, Slot.SignalActions, "sighand_struct.count");
        Copy(Slot.Signal, Slot.Task, "task_struct.signal");
        Copy(Slot.UndoList, Slot.Task, "task_struct.sysvsem.undo_list");
        Copy(Slot.UndoFirst, Slot.UndoList, "sem_undo_list.list_proc.next");
        Copy(Slot.IoContext, Slot.Task, "task_struct.io_context");
        Copy(Slot.PtraceFlags, Slot.Task, "task_struct.ptrace");
        Copy(Slot.JobControl, Slot.Task, "task_struct.jobctl");
        Copy(Slot.SystemCallWork, Slot.Task, "task_struct.thread_info.syscall_work");
        Copy(Slot.Restart, Slot.Task, "task_struct.restart_block");

        return program.Write().WriteSymbol((int)Slot.Task, "task_struct.restart_block.fn").Load("bpf_iter_task");
    }

    private KernelTask Parse(ReadOnlyMemory<byte> record, string function)
    {
        ReadOnlySpan<byte> bytes = record.Span;
        return new KernelTask((int)Get(bytes, Slot.Tid), (int)Get(bytes, Slot.Tgid))
        {
            ClearChildTid = Get(bytes, Slot.ClearChildTid),
            ParentDeathSignal = (int)Get(bytes, Slot.ParentDeathSignal),
            AlternateStack = Get(bytes, Slot.AlternateStack),
            AlternateStackSize = Get(bytes, Slot.AlternateStackSize),
            AlternateStackFlags = (uint)Get(bytes, Slot.AlternateStackFlags),
            SecureBits = (uint)Get(bytes, Slot.SecureBits),
            ExitSignal = (int)Get(bytes, Slot.ExitSignal),
            Mm = Get(bytes, Slot.Mm),
            Files = Get(bytes, Slot.Files),
            Fs = Get(bytes, Slot.Fs),
            SignalActions = Get(bytes, Slot.SignalActions),
            Signal = Get(bytes, Slot.Signal),
            UndoList = Get(bytes, Slot.UndoList),
            HasUndo = Get(bytes, Slot.UndoFirst) is not 0 and var first && first != Get(bytes, Slot.UndoList) + (ulong)_undoOffset,
            IoContext = Get(bytes, Slot.IoContext),
            MmUsers = (long)Get(bytes, Slot.MmUsers),
            FilesUsers = (long)Get(bytes, Slot.FilesUsers),
            FsUsers = (long)Get(bytes, Slot.FsUsers),
            SignalActionsUsers = (long)Get(bytes, Slot.SignalActionsUsers),
            ExecutableInode = InodeSlots.Parse(bytes, (int)Slot.ExecutableInode),
            HasEnded = Get(bytes, Slot.ExitState) != 0,
            ExecutableFile = Get(bytes, Slot.ExecutableFile),
            DefaultMappingFlags = Get(bytes, Slot.DefaultMappingFlags),
            PtraceFlags = (uint)Get(bytes, Slot.PtraceFlags),
            JobControl = Get(bytes, Slot.JobControl),
            SystemCallWork = Get(bytes, Slot.SystemCallWork),
            RestartBlock = _layout.Decode(
                record.Slice((int)Slot.Restart * sizeof(ulong), _restartSize), BareName(function)),
        };
    }

    // Link-time optimization puts a suffix behind a static function's name.
    private static string BareName(string symbol) => symbol.Split('.')[0];

    private static ulong Get(ReadOnlySpan<byte> record, Slot slot) =>
        BinaryPrimitives.ReadUInt64LittleEndian(record[((int)slot * sizeof(ulong))..]);
}
