using System.Buffers.Binary;
using CrStream.Abstractions;
using CrStream.Linux.Acting;
using CrStream.Linux.Architectures;
using CsCheck;

namespace CrStream.Linux.Tests.Acting;

/// <summary>
/// The table that a program becomes, executed here as the machine code would, against the program evaluated plainly.
/// </summary>
public sealed class ScratchProgramTests
{
    private const int Head = 0x240;
    private const int Room = 64 * 1024;
    private const ulong Scratch = 0x7000_0000_0000;
    private static readonly SystemCall[] Calls = [SystemCall.read, SystemCall.getpid, SystemCall.mmap, SystemCall.pidfd_getfd];

    [Fact]
    public void Table_does_what_the_program_says() => AnyProgram.Sample(
        program =>
        {
            var table = new ScratchProgram(program, Scratch, Head, Room);
            var (scratch, executed) = Execute(table, program.DataLength);
            var expected = Evaluate(program);
            var outcome = scratch.AsMemory(table.OutcomeOffset, table.OutcomeLength);
            if (expected.Failure is { } failure)
            {
                var thrown = Assert.Throws<KernelException>(() => table.ReadOutcome(outcome, executed, 1));
                Assert.Equal((program.Entries[failure.Index].Call.ToString(), failure.Error), (thrown.Call, thrown.Error));
                Assert.Equal(failure.Index + 1, executed);
                return;
            }

            Assert.Equal(program.Entries.Count, executed);
            var read = table.ReadOutcome(outcome, executed, 1);
            Assert.Equal(expected.Results, Enumerable.Range(0, executed).Select(index => read[new SyscallResult(index)]));
            Assert.Equal(expected.Data, read[new SyscallBuffer(0, program.DataLength)]);
        },
        iter: 3000);

    [Fact]
    public void Parts_do_not_overlap_and_data_is_aligned() => AnyProgram.Sample(program =>
    {
        var table = new ScratchProgram(program, Scratch, Head, Room);
        Assert.Equal(Head, table.EntriesOffset);
        Assert.Equal(Head + ((program.Entries.Count + 1) * ActingCode.EntryLength), table.OutcomeOffset);
        Assert.Equal(table.Length, table.OutcomeOffset + table.OutcomeLength);
        Assert.Equal(table.Length, Head + table.Bytes.Length);
        Assert.Equal(0, (table.Length - program.DataLength) % 16);
        Assert.True(table.Length - program.DataLength >= table.OutcomeOffset + (8 * program.Entries.Count));
    });

    [Fact]
    public void Equal_literals_share_a_cell()
    {
        static int Length(IEnumerable<int> numbers)
        {
            var program = new SyscallProgram();
            foreach (var number in numbers)
            {
                program.Call(SystemCall.close, number);
            }

            return new ScratchProgram(program, Scratch, Head, Room).Length;
        }

        Assert.Equal(99 * 8, Length(Enumerable.Range(100, 100)) - Length(Enumerable.Repeat(100, 100)), 8.0);
    }

    [Fact]
    public void Pointers_hold_addresses_in_the_task()
    {
        var program = new SyscallProgram();
        var text = program.Store("x");
        var vector = program.Store64(0, 2);
        program.Point(vector, 0, text);
        var table = new ScratchProgram(program, Scratch, Head, Room);
        var data = table.Length - program.DataLength;
        Assert.Equal(Scratch + (ulong)(data + text.Offset), BinaryPrimitives.ReadUInt64LittleEndian(table.Bytes.AsSpan(data - Head + vector.Offset)));
    }

    [Fact]
    public void A_program_that_is_too_long_is_refused()
    {
        var program = new SyscallProgram();
        program.Reserve(Room);
        Assert.Throws<ArgumentException>(() => new ScratchProgram(program, Scratch, Head, Room));
        Assert.Equal(Room, new ScratchProgram(new SyscallProgram(), Scratch, Room - ActingCode.EntryLength - 24, Room).Length, 16.0);
    }

    [Fact]
    public void A_program_without_calls_ends_at_once()
    {
        var table = new ScratchProgram(new SyscallProgram(), Scratch, Head, Room);
        Assert.Equal(0, Execute(table, 0).Executed);
    }

    private static Gen<SyscallProgram> AnyProgram { get; } =
        from seed in Gen.Int
        from calls in Gen.Int[0, 40]
        from buffers in Gen.Int[0, 5]
        select Build(new Random(seed), calls, buffers);

    private static SyscallProgram Build(Random random, int calls, int buffers)
    {
        var program = new SyscallProgram();
        var stored = Enumerable.Range(0, buffers).Select(_ =>
        {
            var bytes = new byte[random.Next(8, 60)];
            random.NextBytes(bytes);
            return program.Store(bytes);
        }).ToArray();
        foreach (var buffer in stored)
        {
            program.Point(buffer, random.Next(buffer.Length / 8) * 8, stored[random.Next(buffers)]);
        }

        for (var i = 0; i < calls; i++)
        {
            var arguments = Enumerable.Range(0, random.Next(7)).Select(_ => random.Next(4) switch
            {
                0 when i > 0 => new SyscallResult(random.Next(i)),
                1 when buffers > 0 => stored[random.Next(buffers)],
                2 when buffers > 0 => SyscallArgument.ContentOf(stored[random.Next(buffers)]),
                _ => (SyscallArgument)(random.Next(3) == 0 ? random.NextInt64() : random.Next(-3, 3)),
            }).ToArray();
            var call = Calls[random.Next(Calls.Length)];
            _ = random.Next(3) == 0 ? program.Call(call, arguments) : program.Try(call, arguments);
        }

        return program;
    }

    /// <summary>A kernel that mixes what it is given, fails now and then, and writes into the buffers.</summary>
    private static long Answer(long number, ReadOnlySpan<ulong> arguments, Span<byte> data)
    {
        var hash = (ulong)number;
        foreach (var argument in arguments)
        {
            hash = (hash ^ argument) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 29;
        }

        if (data.Length > 0)
        {
            data[(int)(hash % (ulong)data.Length)] ^= (byte)hash;
        }

        return hash % 11 == 0 ? -(long)(1 + (hash % 4095)) : (long)(hash >> 1);
    }

    private static (byte[] Scratch, int Executed) Execute(ScratchProgram table, int dataLength)
    {
        var scratch = new byte[Room];
        table.Bytes.CopyTo(scratch, table.EntriesOffset);
        var executed = 0;
        Span<ulong> arguments = stackalloc ulong[6];
        for (var entry = table.EntriesOffset; ; entry += ActingCode.EntryLength)
        {
            var flags = Number32(scratch, entry + 32);
            if ((flags & ActingCode.End) != 0)
            {
                return (scratch, executed);
            }

            for (var i = 0; i < 6; i++)
            {
                arguments[i] = Number64(scratch, (int)Number32(scratch, entry + 4 + (4 * i)));
            }

            var result = Answer((long)Number64(scratch, (int)Number32(scratch, entry)), arguments, scratch.AsSpan(table.Length - dataLength, dataLength));
            BinaryPrimitives.WriteInt64LittleEndian(scratch.AsSpan((int)Number32(scratch, entry + 28)), result);
            executed++;
            if ((flags & ActingCode.StopOnError) != 0 && result is < 0 and >= -4095)
            {
                return (scratch, executed);
            }
        }
    }

    private static (List<long> Results, byte[] Data, (int Index, int Error)? Failure) Evaluate(SyscallProgram program)
    {
        var data = program.Data.ToArray();
        var start = Scratch + (ulong)(new ScratchProgram(program, Scratch, Head, Room).Length - program.DataLength);
        foreach (var pointer in program.Pointers)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(pointer.Offset), start + (ulong)pointer.Target);
        }

        List<long> results = [];
        foreach (var entry in program.Entries)
        {
            var arguments = new ulong[6];
            for (var i = 0; i < entry.Arguments.Count; i++)
            {
                var number = entry.Arguments[i].Number;
                arguments[i] = entry.Arguments[i].Kind switch
                {
                    SyscallArgumentKind.Literal => (ulong)number,
                    SyscallArgumentKind.Result => (ulong)results[(int)number],
                    SyscallArgumentKind.Address => start + (ulong)number,
                    _ => Number64(data, (int)number),
                };
            }

            results.Add(Answer(Processor.Current.NumberOf(entry.Call), arguments, data));
            if (entry.OnError == SyscallOnError.Stop && results[^1] is < 0 and >= -4095)
            {
                return (results, data, (results.Count - 1, (int)-results[^1]));
            }
        }

        return (results, data, null);
    }

    private static uint Number32(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));

    private static ulong Number64(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(offset));
}
