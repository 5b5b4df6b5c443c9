using System.Buffers.Binary;
using CrStream.Linux.Architectures;
using CrStream.Linux.Architectures.X64;
using Iced.Intel;

namespace CrStream.Linux.Tests.Architectures;

public sealed class X64CodeTests
{
    private static readonly Disassembly BootSlot = Disassembly.Of(X64Code.BootSlot);
    private static readonly Disassembly Loop = Disassembly.Of(X64Code.Loop, (0, "next"), (0x65, "finish"));

    [Fact]
    public void Boot_slot_is_what_its_text_says() => Agrees(X64Code.BootSlot, BootSlot);

    [Fact]
    public void Loop_is_what_its_text_says() => Agrees(X64Code.Loop, Loop);

    [Fact]
    public void Stub_is_what_its_text_says() => Agrees(X64Stub.Code, Disassembly.Of(X64Stub.Code, (0x2F, "exit")));

    [Fact]
    public void Init_is_what_its_text_says() => Agrees(X64Stub.Init, Disassembly.Of(X64Stub.Init, (0x02, "next"), (0x10, "again"), (0x33, "reap")));

    [Fact]
    public void Frame_stands_right_behind_the_code_and_is_aligned()
    {
        Assert.Equal(0, X64Code.Assemble(X64Code.BootSlot).Length % 8);
        Assert.Equal(0, X64Code.Assemble(X64Code.Loop).Length % 8);
        Assert.Equal(ActingFrame.Length, Disassembly.FrameFields.Length * 8);
    }

    [Fact]
    public void Returns_lie_behind_the_system_call_that_they_mean()
    {
        Assert.Equal(Mnemonic.Syscall, BootSlot.Lines().First().Instruction.Mnemonic);
        Assert.Equal(X64Code.BootSlotReturn, (int)BootSlot.Lines().First().Instruction.NextIP);

        // The second of the loop's three: the table's, the tracer's, the signal mask's.
        var calls = Loop.Lines().Where(line => line.Instruction.Mnemonic == Mnemonic.Syscall).ToArray();
        Assert.Equal(3, calls.Length);
        Assert.Equal(X64Code.LoopReturn, (int)calls[1].Instruction.NextIP);
    }

    [Fact]
    public void Frame_fields_are_where_the_code_reads_them()
    {
        var frame = new byte[ActingFrame.Length];
        var registers = new X64Registers(new byte[X64Registers.Length])
        {
            Eflags = 'f', Rsp = 's', Rax = 1, Rbx = 2, Rcx = 3, Rdx = 4, Rsi = 5, Rdi = 6, Rbp = 7, R8 = 8, R9 = 9, R10 = 10, R11 = 11, R12 = 12,
            R13 = 13, R14 = 14, R15 = 15, Rip = 16, OrigRax = 17, FsBase = 18, GsBase = 19,
        };
        new X64Processor().WriteFrame(frame, registers, 'm');
        ActingFrame.WriteNotification(frame, 'p', 't', 'n');
        Dictionary<string, ulong> expected = new()
        {
            ["magic"] = ActingFrame.Magic, ["state"] = 0, ["flags"] = 'f', ["rsp"] = 's', ["mask"] = 'm', ["rax"] = 1, ["rbx"] = 2, ["rcx"] = 3, ["rdx"] = 4,
            ["rsi"] = 5, ["rdi"] = 6, ["rbp"] = 7, ["r8"] = 8, ["r9"] = 9, ["r10"] = 10, ["r11"] = 11, ["r12"] = 12, ["r13"] = 13, ["r14"] = 14,
            ["r15"] = 15, ["rip"] = 16, ["pid"] = 'p', ["tid"] = 't', ["signal"] = 'n',
        };
        var found = Disassembly.FrameFields.Select((name, index) => (name, BinaryPrimitives.ReadUInt64LittleEndian(frame.AsSpan(8 * index))));
        Assert.Equal(expected, found.ToDictionary());

        // What is read back is the same, in user mode.
        var read = new X64Registers(new byte[X64Registers.Length]) { FsBase = 18, GsBase = 19 };
        Assert.Equal('m', new X64Processor().ReadFrame(frame, read));
        registers.OrigRax = ulong.MaxValue;
        Assert.Equal(registers.Raw, read.Raw);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Code_leaves_with_every_register_and_the_mask_of_the_frame(bool loop)
    {
        var lines = (loop ? Loop : BootSlot).Lines().ToArray();
        var last = Array.FindLastIndex(lines, line => line.Instruction.Mnemonic == Mnemonic.Syscall);
        var loaded = lines[(last + 1)..].Where(line => line.Instruction.Mnemonic == Mnemonic.Mov).Select(line => line.Text);
        string[] registers = ["rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];
        Assert.Equal(registers.Select(name => $"mov {name}, [rel frame.{name}]"), loaded);
        Assert.Contains(lines, line => line.Text == "lea rsi, [rel frame.mask]");
        Assert.Contains("jmp qword [rel frame.rip]", lines[^2].Text);

        // Once the application's flags are back no instruction changes them; syscall does, in r11 only, until sysret.
        var restored = Array.FindIndex(lines, line => line.Instruction.Mnemonic == Mnemonic.Popfq);
        Assert.All(lines[(restored + 1)..], line => Assert.True(line.Instruction.Mnemonic == Mnemonic.Syscall || line.Instruction.RflagsModified == RflagsBits.None, line.Text));
    }

    [Fact]
    public void Code_touches_neither_extended_state_nor_the_stack_of_the_application()
    {
        foreach (var lines in new[] { Loop.Lines().ToArray(), BootSlot.Lines().ToArray() })
        {
            Assert.All(lines, line => Assert.True(line.Instruction.CpuidFeatures.All(feature => feature is CpuidFeature.INTEL8086 or CpuidFeature.INTEL386 or CpuidFeature.X64 or CpuidFeature.SYSCALL or CpuidFeature.MULTIBYTENOP), line.Text));
            var popped = Array.FindIndex(lines, line => line.Instruction.IsStackInstruction);
            Assert.Equal("lea rsp, [rel frame.flags]", lines[popped - 1].Text);
            Assert.Equal("mov rsp, [rel frame.rsp]", lines[popped + 1].Text);
            Assert.Single(lines, line => line.Instruction.IsStackInstruction);
        }
    }

    private static void Agrees((string Bytes, string Text)[] written, Disassembly disassembly) =>
        Assert.Equal(written, disassembly.Lines().Select(line => (line.Bytes, line.Text)));
}
