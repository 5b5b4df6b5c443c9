using CrStream.Abstractions;

namespace CrStream.Linux.Bpf;

/// <summary>
/// Builds an iterator's program that writes one record for each object: slots of eight bytes, zeroed first, each filled
/// from a structure whose address stands in another slot. So a chain of pointers is followed slot by slot, and the
/// addresses come along as the objects' identities.
/// </summary>
/// <remarks>
/// All reads go through bpf_probe_read_kernel, which gives zeroes where a pointer is null or an object is just going
/// away. The verifier knows less of the types so, and there is less that kernels judge differently.
/// </remarks>
internal sealed class RecordProgram
{
    private const BpfRegister Context = BpfRegister.R6;
    private const BpfRegister Sequence = BpfRegister.R7;
    private const string End = "end";
    private const int SlotSize = sizeof(ulong);

    // The program's own slots stand behind the record's.
    private const int OwnSlots = 3;

    private readonly BpfAssembler _code = new();
    private readonly Btf _types;
    private readonly string _context;
    private readonly int _slots;

    /// <summary>Starts a program.</summary>
    /// <param name="types">The kernel's types.</param>
    /// <param name="context">The structure that the iterator hands to its program.</param>
    /// <param name="slots">How many slots a record has. A stack frame holds 64, three of which are taken.</param>
    public RecordProgram(Btf types, string context, int slots)
    {
        (_types, _context, _slots) = (types, context, slots);
        _code.Move(Context, BpfRegister.R1)
            .Load64(Sequence, Context, types.Member($"{context}.meta").Offset)
            .Load64(Sequence, Sequence, types.Member("bpf_iter_meta.seq").Offset);
        for (int slot = 0; slot < slots + OwnSlots; slot++)
            _code.Store64(BpfRegister.R10, At(slot), 0);
    }

    /// <summary>Puts a pointer of the context into a slot. Where it is null, as at an iteration's end, nothing is written.</summary>
    public RecordProgram Take(int to, string member)
    {
        _code.Load64(BpfRegister.R1, Context, _types.Member($"{_context}.{member}").Offset)
            .JumpIfEqual(BpfRegister.R1, 0, End)
            .Store64(BpfRegister.R10, At(to), BpfRegister.R1);
        return this;
    }

    /// <summary>Puts a number of the context into a slot.</summary>
    public RecordProgram TakeNumber(int to, string member)
    {
        _code.Load32(BpfRegister.R1, Context, _types.Member($"{_context}.{member}").Offset)
            .Store64(BpfRegister.R10, At(to), BpfRegister.R1);
        return this;
    }

    /// <summary>Writes nothing where a slot is zero.</summary>
    public RecordProgram EndWhereZero(int slot)
    {
        _code.Load64(BpfRegister.R1, BpfRegister.R10, At(slot)).JumpIfEqual(BpfRegister.R1, 0, End);
        return this;
    }

    /// <summary>Copies a member, by its path in BTF, of the structure whose address stands in a slot.</summary>
    public RecordProgram Copy(int to, int from, string path) => Copy(to, from, _types.Member(path));

    /// <summary>Copies a member of the structure whose address stands in a slot; a long one fills the next slots too.</summary>
    public RecordProgram Copy(int to, int from, BtfMember member)
    {
        if (member.Size <= 0 || to * SlotSize + member.Size > Frame)
            throw new CheckpointException($"a member of {member.Size} bytes does not fit into slot {to}");

        _code.Load64(BpfRegister.R3, BpfRegister.R10, At(from)).Add(BpfRegister.R3, member.Offset);
        return CopyFromR3(to, member.Size);
    }

    /// <summary>
    /// Puts a task's number and its thread group's into slots, as the reader's pid namespace has them: a task has a
    /// number in each namespace from the first one to its own, and the reader's is so deep as the reader's own number is.
    /// </summary>
    public RecordProgram CopyNumbers(int tid, int tgid, int task)
    {
        (int other, int pid, int level) = (_slots, _slots + 1, _slots + 2);
        _code.Call(BpfFunction.GetCurrentTask).Store64(BpfRegister.R10, At(other), BpfRegister.R0);
        return Copy(pid, other, "task_struct.thread_pid")
            .Copy(level, pid, "pid.level")
            .Copy(pid, task, "task_struct.thread_pid")
            .CopyNumber(tid, pid, level)
            .Copy(other, task, "task_struct.group_leader")
            .Copy(pid, other, "task_struct.thread_pid")
            .CopyNumber(tgid, pid, level);
    }

    /// <summary>Writes the record.</summary>
    public RecordProgram Write()
    {
        _code.Move(BpfRegister.R1, Sequence)
            .Move(BpfRegister.R2, BpfRegister.R10)
            .Add(BpfRegister.R2, At(0))
            .Move(BpfRegister.R3, _slots * SlotSize)
            .Call(BpfFunction.SeqWrite);
        return this;
    }

    /// <summary>Writes the name of a function behind the record, and a line feed: that whose address a member holds.</summary>
    public RecordProgram WriteSymbol(int from, string path)
    {
        // "%ps" is a symbol's name in the kernel's printf: what /proc/kallsyms has, without its megabytes.
        const int format = '%' | 'p' << 8 | 's' << 16 | '\n' << 24;
        const int formatSize = 5;
        (int address, int text) = (_slots, _slots + 1);
        Copy(address, from, path);
        _code.Store64(BpfRegister.R10, At(text), format)
            .Move(BpfRegister.R1, Sequence)
            .Move(BpfRegister.R2, BpfRegister.R10)
            .Add(BpfRegister.R2, At(text))
            .Move(BpfRegister.R3, formatSize)
            .Move(BpfRegister.R4, BpfRegister.R10)
            .Add(BpfRegister.R4, At(address))
            .Move(BpfRegister.R5, SlotSize)
            .Call(BpfFunction.SeqPrintf);
        return this;
    }

    /// <summary>Ends the program and loads it.</summary>
    /// <param name="function">The kernel's function that stands for the iterator, as <c>bpf_iter_task</c>.</param>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public BpfIterator Load(string function)
    {
        _code.Label(End).Move(BpfRegister.R0, 0).Exit();
        return BpfIterator.Load(function, _types.FunctionId(function), _code.Assemble());
    }

    private RecordProgram CopyNumber(int to, int pid, int level)
    {
        int numbers = _types.Member("pid.numbers").Offset + _types.Member("upid.nr").Offset;
        _code.Load64(BpfRegister.R3, BpfRegister.R10, At(level))
            .Multiply(BpfRegister.R3, _types.SizeOf("upid"))
            .Load64(BpfRegister.R1, BpfRegister.R10, At(pid))
            .Add(BpfRegister.R3, BpfRegister.R1)
            .Add(BpfRegister.R3, numbers);
        return CopyFromR3(to, _types.Member("upid.nr").Size);
    }

    private RecordProgram CopyFromR3(int to, int size)
    {
        _code.Move(BpfRegister.R1, BpfRegister.R10)
            .Add(BpfRegister.R1, At(to))
            .Move(BpfRegister.R2, size)
            .Call(BpfFunction.ProbeReadKernel);
        return this;
    }

    private int Frame => (_slots + OwnSlots) * SlotSize;

    private int At(int slot) => slot * SlotSize - Frame;
}
