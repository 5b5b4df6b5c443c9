using System.Globalization;
using CrStream.Linux.Architectures;
using CrStream.Linux.Architectures.X64;
using Iced.Intel;

namespace CrStream.Linux.Tests.Architectures;

/// <summary>
/// Machine code as text by Iced, in NASM's syntax, with names for the jumps' targets and for the fields of the frame
/// that follows the code.
/// </summary>
internal sealed class Disassembly : ISymbolResolver
{
    /// <summary>The frame's fields in their order, 8 bytes each.</summary>
    public static readonly string[] FrameFields =
    [
        "magic", "state", "flags", "rsp", "mask", "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp",
        "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip", "pid", "tid", "signal",
    ];

    private readonly ulong end;
    private readonly (ulong Address, string Name)[] labels;
    private readonly byte[] code;

    public Disassembly(byte[] code, params (ulong Address, string Name)[] labels)
    {
        this.code = code;
        this.labels = labels;
        end = (ulong)code.Length;
    }

    public static Disassembly Of((string Bytes, string Text)[] lines, params (ulong Address, string Name)[] labels) => new(X64Code.Assemble(lines), labels);

    /// <summary>The instructions, as they lie one behind the other.</summary>
    public IEnumerable<(Instruction Instruction, string Bytes, string Text)> Lines()
    {
        var decoder = Decoder.Create(64, code, 0UL);
        var formatter = new NasmFormatter(
            new FormatterOptions { NumberBase = NumberBase.Decimal, SignedImmediateOperands = true, SpaceAfterOperandSeparator = true },
            this);
        while (decoder.IP < end)
        {
            decoder.Decode(out var instruction);
            var output = new StringOutput();
            formatter.Format(instruction, output);
            var bytes = code.AsSpan((int)instruction.IP, instruction.Length);
            yield return (instruction, string.Join(' ', bytes.ToArray().Select(b => b.ToString("x2", CultureInfo.InvariantCulture))), output.ToString());
        }
    }

    public bool TryGetSymbol(in Instruction instruction, int operand, int instructionOperand, ulong address, int addressSize, out SymbolResult symbol)
    {
        var label = instruction.IsJccShortOrNear ? labels.FirstOrDefault(label => label.Address == address).Name : null;
        if ( instruction.IsIPRelativeMemoryOperand && address >= end && address < end + ActingFrame.Length && (address - end) % 8 == 0)
        {
            label = "frame." + FrameFields[(address - end) / 8];
        }

        symbol = label is null ? default : new SymbolResult(address, label);
        return label is not null;
    }
}
