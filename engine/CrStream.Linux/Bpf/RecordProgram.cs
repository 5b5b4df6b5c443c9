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

    private readonly BpfAssembler _code = new();
    private readonly Btf _types;
    private readonly string _context;
    private readonly int _frame;

    /// <summary>Starts a program.</summary>
    /// <param name="types">The kernel's types.</param>
    /// <param name="context">The structure that the iterator hands to its program.</param>
    /// <param name="slots">How many slots there are; a stack frame holds 64.</param>
    public RecordProgram(Btf types, string context, int slots)
    {
        (_types, _context, _frame) = (types, context, slots * SlotSize);
        _code.Move(Context, BpfRegister.R1)
            .Load64(Sequence, Context, types.Member($"{context}.meta").Offset)
            .Load64(Sequence, Sequence, types.Member("bpf_iter_meta.seq").Offset);
        for (int slot = 0; slot < slots; slot++)
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

    /// <summary>Puts the address of the task that reads the iterator into a slot.</summary>
    public RecordProgram TakeReader(int to)
    {
        _code.Call(BpfFunction.GetCurrentTask).Store64(BpfRegister.R10, At(to), BpfRegister.R0);
        return this;
    }

    /// <summary>Copies a member, by its path in BTF, of the structure whose address stands in a slot.</summary>
    public RecordProgram Copy(int to, int from, string path) => Copy(to, from, _types.Member(path));

    /// <summary>Copies a member of the structure whose address stands in a slot; a long one fills the next slots too.</summary>
    public RecordProgram Copy(int to, int from, BtfMember member)
    {
        if (member.Size <= 0 || to * SlotSize + member.Size > _frame)
            throw new CheckpointException($"a member of {member.Size} bytes does not fit into slot {to}");

        _code.Load64(BpfRegister.R3, BpfRegister.R10, At(from)).Add(BpfRegister.R3, member.Offset);
        return CopyFromR3(to, member.Size);
    }

    /// <summary>
    /// Puts the number of a struct pid into a slot, as the reader's pid namespace has it: a task has a number in each
    /// namespace from the first to its own, and <paramref name="level"/> names the slot that says how deep the reader's is.
    /// </summary>
    public RecordProgram CopyNumber(int to, int pid, int level)
    {
        int numbers = _types.Member("pid.numbers").Offset + _types.Member("upid.nr").Offset;
        _code.Load64(BpfRegister.R3, BpfRegister.R10, At(level))
            .Multiply(BpfRegister.R3, _types.SizeOf("upid"))
            .Load64(BpfRegister.R1, BpfRegister.R10, At(pid))
            .Add(BpfRegister.R3, BpfRegister.R1)
            .Add(BpfRegister.R3, numbers);
        return CopyFromR3(to, _types.Member("upid.nr").Size);
    }

    /// <summary>Writes the first slots as a record.</summary>
    public RecordProgram Write(int slots)
    {
        _code.Move(BpfRegister.R1, Sequence)
            .Move(BpfRegister.R2, BpfRegister.R10)
            .Add(BpfRegister.R2, At(0))
            .Move(BpfRegister.R3, slots * SlotSize)
            .Call(BpfFunction.SeqWrite);
        return this;
    }

    /// <summary>Writes the name of the function whose address stands in a slot, and a line feed.</summary>
    public RecordProgram WriteSymbol(int address, int scratch)
    {
        // "%ps" is a symbol's name in the kernel's printf, as /proc/kallsyms has it, without reading its megabytes.
        const int format = '%' | 'p' << 8 | 's' << 16 | '\n' << 24;
        const int formatSize = 5;
        _code.Store64(BpfRegister.R10, At(scratch), format)
            .Move(BpfRegister.R1, Sequence)
            .Move(BpfRegister.R2, BpfRegister.R10)
            .Add(BpfRegister.R2, At(scratch))
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

    private RecordProgram CopyFromR3(int to, int size)
    {
        _code.Move(BpfRegister.R1, BpfRegister.R10)
            .Add(BpfRegister.R1, At(to))
            .Move(BpfRegister.R2, size)
            .Call(BpfFunction.ProbeReadKernel);
        return this;
    }

    private int At(int slot) => slot * SlotSize - _frame;
}
