namespace CrStream.Linux.Bpf;

/// <summary>
/// Writes BPF instructions, eight bytes each: opcode, registers (the source in the upper half), a signed 16-bit offset
/// and a signed 32-bit immediate (Documentation/bpf/standardization/instruction-set.rst). Only what iterators need.
/// </summary>
internal sealed class BpfAssembler
{
    private readonly List<ulong> _code = [];
    private readonly Dictionary<string, int> _labels = [];
    private readonly List<(int At, string Label)> _jumps = [];

    /// <summary><c>to = from</c>.</summary>
    public BpfAssembler Move(BpfRegister to, BpfRegister from) => Emit(0xbf, to, from);

    /// <summary><c>to = value</c>, sign-extended.</summary>
    public BpfAssembler Move(BpfRegister to, int value) => Emit(0xb7, to, immediate: value);

    /// <summary><c>to += from</c>.</summary>
    public BpfAssembler Add(BpfRegister to, BpfRegister from) => Emit(0x0f, to, from);

    /// <summary><c>to += value</c>.</summary>
    public BpfAssembler Add(BpfRegister to, int value) => Emit(0x07, to, immediate: value);

    /// <summary><c>to *= value</c>.</summary>
    public BpfAssembler Multiply(BpfRegister to, int value) => Emit(0x27, to, immediate: value);

    /// <summary><c>to = *(u64 *)(address + offset)</c>.</summary>
    public BpfAssembler Load64(BpfRegister to, BpfRegister address, int offset) => Emit(0x79, to, address, offset);

    /// <summary><c>to = *(u32 *)(address + offset)</c>.</summary>
    public BpfAssembler Load32(BpfRegister to, BpfRegister address, int offset) => Emit(0x61, to, address, offset);

    /// <summary><c>*(u64 *)(address + offset) = from</c>.</summary>
    public BpfAssembler Store64(BpfRegister address, int offset, BpfRegister from) => Emit(0x7b, address, from, offset);

    /// <summary><c>*(u64 *)(address + offset) = value</c>, sign-extended.</summary>
    public BpfAssembler Store64(BpfRegister address, int offset, int value) =>
        Emit(0x7a, address, offset: offset, immediate: value);

    /// <summary><c>if (register == value) goto label</c>; the label may follow.</summary>
    public BpfAssembler JumpIfEqual(BpfRegister register, int value, string label)
    {
        _jumps.Add((_code.Count, label));
        return Emit(0x15, register, immediate: value);
    }

    /// <summary>Names the next instruction.</summary>
    public BpfAssembler Label(string name)
    {
        _labels.Add(name, _code.Count);
        return this;
    }

    /// <summary>Calls a function of the kernel: arguments in R1 to R5, the result in R0.</summary>
    public BpfAssembler Call(BpfFunction function) => Emit(0x85, BpfRegister.R0, immediate: (int)function);

    /// <summary>Ends the program with R0 as its result.</summary>
    public BpfAssembler Exit() => Emit(0x95, BpfRegister.R0);

    /// <summary>The instructions, with all jumps resolved.</summary>
    public ulong[] Assemble()
    {
        ulong[] code = [.. _code];
        foreach ((int at, string label) in _jumps)
            code[at] |= (ulong)(ushort)checked((short)(_labels[label] - at - 1)) << 16;

        return code;
    }

    private BpfAssembler Emit(
        byte opcode, BpfRegister to, BpfRegister from = BpfRegister.R0, int offset = 0, int immediate = 0)
    {
        _code.Add(opcode
            | (ulong)to << 8
            | (ulong)from << 12
            | (ulong)(ushort)checked((short)offset) << 16
            | (ulong)(uint)immediate << 32);
        return this;
    }
}
