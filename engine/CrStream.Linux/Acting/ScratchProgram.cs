using System.Buffers.Binary;
using CrStream.Abstractions;
using CrStream.Linux.Architectures;

namespace CrStream.Linux.Acting;

/// <summary>
/// A <see cref="SyscallProgram"/> as the loop in the scratch reads it. Pure: bytes in, bytes out.
/// <code>scratch = code, frame | entries, end entry | result cells, literal cells | data</code>
/// Results and literals are cells of 8 bytes alike, so that an argument may name an earlier result.
/// </summary>
internal sealed class ScratchProgram
{
    private readonly SyscallProgram program;
    private readonly int resultsOffset;
    private readonly int dataOffset;

    /// <summary>Lays a program out.</summary>
    /// <param name="program">The calls.</param>
    /// <param name="scratch">The scratch's address.</param>
    /// <param name="headLength">The length of code and frame at its start; a multiple of 8.</param>
    /// <param name="scratchLength">The scratch's length in bytes.</param>
    public ScratchProgram(SyscallProgram program, ulong scratch, int headLength, int scratchLength)
    {
        this.program = program;
        EntriesOffset = headLength;
        var entriesLength = (program.Entries.Count + 1) * ActingCode.EntryLength;
        resultsOffset = headLength + entriesLength;
        var literals = new Literals(resultsOffset + (8 * program.Entries.Count));
        var zero = literals.CellOf(0);
        var cells = program.Entries.Select(entry => (Number: literals.CellOf((ulong)Processor.Current.NumberOf(entry.Call)), entry)).ToArray();

        // Addresses of buffers depend on where the data begins, which depends on how many literals there are; so count
        // them first, with every address a literal of its own.
        var addresses = program.Entries.SelectMany(entry => entry.Arguments).Count(argument => argument.Kind == SyscallArgumentKind.Address);
        foreach (var argument in program.Entries.SelectMany(entry => entry.Arguments).Where(argument => argument.Kind == SyscallArgumentKind.Literal))
        {
            literals.CellOf((ulong)argument.Number);
        }

        dataOffset = Align(literals.End + (8 * addresses), 16);
        Length = dataOffset + program.DataLength;
        if (Length > scratchLength)
        {
            throw new ArgumentException($"the program takes {Length} bytes, and the scratch has {scratchLength}", nameof(program));
        }

        Bytes = new byte[Length - headLength];
        for (var i = 0; i < cells.Length; i++)
        {
            var entry = Bytes.AsSpan(i * ActingCode.EntryLength);
            WriteOffset(entry, 0, cells[i].Number);
            for (var position = 0; position < 6; position++)
            {
                var arguments = cells[i].entry.Arguments;
                WriteOffset(entry, position + 1, position < arguments.Count ? CellFor(arguments[position], literals, scratch) : zero);
            }

            WriteOffset(entry, 7, resultsOffset + (8 * i));
            WriteOffset(entry, 8, cells[i].entry.OnError == SyscallOnError.Stop ? (int)ActingCode.StopOnError : 0);
        }

        WriteOffset(Bytes.AsSpan(cells.Length * ActingCode.EntryLength), 8, (int)ActingCode.End);
        literals.Write(Bytes, headLength);
        var data = Bytes.AsSpan(dataOffset - headLength);
        program.Data.Span.CopyTo(data);
        foreach (var pointer in program.Pointers)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data[pointer.Offset..], scratch + (ulong)(dataOffset + pointer.Target));
        }
    }

    /// <summary>Where the entries begin in the scratch, and <see cref="Bytes"/> with them.</summary>
    public int EntriesOffset { get; }

    /// <summary>How much of the scratch is in use, in bytes from its start.</summary>
    public int Length { get; }

    /// <summary>What is written into the scratch at <see cref="EntriesOffset"/>.</summary>
    public byte[] Bytes { get; }

    /// <summary>Where the part begins that the program changes.</summary>
    public int OutcomeOffset => resultsOffset;

    /// <summary>How long that part is, in bytes.</summary>
    public int OutcomeLength => Length - resultsOffset;

    /// <summary>Makes an entry take the number of its call from elsewhere.</summary>
    /// <param name="entry">The entry, from 0.</param>
    /// <param name="offset">Where the number stands when the entry's turn comes, in bytes from the start of the scratch.</param>
    public void TakeNumberFrom(int entry, int offset) => WriteOffset(Bytes.AsSpan(entry * ActingCode.EntryLength), 0, offset);

    /// <summary>Reads the outcome.</summary>
    /// <param name="bytes">The scratch from <see cref="OutcomeOffset"/>, <see cref="OutcomeLength"/> bytes.</param>
    /// <param name="executed">How many entries were executed.</param>
    /// <param name="task">Whom errors name.</param>
    /// <exception cref="KernelException">A call failed that must not.</exception>
    public SyscallOutcome ReadOutcome(ReadOnlyMemory<byte> bytes, int executed, int task)
    {
        var results = new long[program.Entries.Count];
        for (var i = 0; i < executed; i++)
        {
            results[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes.Span[(8 * i)..]);
            if (results[i] is >= -4095 and < 0 && program.Entries[i].OnError == SyscallOnError.Stop)
            {
                var entry = program.Entries[i];
                throw new KernelException(entry.Call.ToString(), (int)-results[i], $"({string.Join(", ", entry.Arguments.Select(Show))}) inside task {task}");
            }
        }

        return new SyscallOutcome(results, bytes[(dataOffset - resultsOffset)..]);
    }

    private static string Show(SyscallArgument argument) => argument.Kind switch
    {
        SyscallArgumentKind.Literal => argument.Number is >= -4096 and < 4096 ? $"{argument.Number}" : $"0x{argument.Number:x}",
        SyscallArgumentKind.Result => $"result {argument.Number}",
        _ => $"buffer+{argument.Number}",
    };

    private static int Align(int offset, int alignment) => (offset + alignment - 1) & -alignment;

    private static void WriteOffset(Span<byte> entry, int index, int value) => BinaryPrimitives.WriteInt32LittleEndian(entry[(4 * index)..], value);

    private int CellFor(SyscallArgument argument, Literals literals, ulong scratch) => argument.Kind switch
    {
        SyscallArgumentKind.Literal => literals.CellOf((ulong)argument.Number),
        SyscallArgumentKind.Result => resultsOffset + (8 * (int)argument.Number),
        SyscallArgumentKind.Content => dataOffset + (int)argument.Number,
        SyscallArgumentKind.Address => literals.CellOf(scratch + (ulong)dataOffset + (ulong)argument.Number),
        _ => throw new ArgumentOutOfRangeException(nameof(argument)),
    };

    /// <summary>The cells of known numbers, each number once.</summary>
    private sealed class Literals(int start)
    {
        private readonly Dictionary<ulong, int> cells = [];

        public int End => start + (8 * cells.Count);

        public int CellOf(ulong number)
        {
            if (!cells.TryGetValue(number, out var cell))
            {
                cell = End;
                cells.Add(number, cell);
            }

            return cell;
        }

        public void Write(Span<byte> bytes, int headLength)
        {
            foreach (var (number, cell) in cells)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes[(cell - headLength)..], number);
            }
        }
    }
}
