using CrStream.Abstractions;
using CrStream.Linux.Architectures.X64;

namespace CrStream.Linux.Tests.Architectures;

/// <summary>The registers' layout and the system calls' numbers against the headers.</summary>
public sealed class X64GoldenTests
{
    private static readonly string[] Names =
    [
        "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi", "orig_rax", "rip", "cs", "eflags",
        "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs",
    ];

    [Fact]
    public void Registers_lie_where_user_regs_struct_has_them()
    {
        var golden = HeaderGolden.Of("#include <sys/user.h>", Names.Select(name => (name, $"offsetof(struct user_regs_struct, {name})")).Append(("size", "sizeof(struct user_regs_struct)")));
        Assert.Equal(X64Registers.Length, golden["size"]);
        foreach (var name in Names)
        {
            var property = typeof(X64Registers).GetProperties().Single(property => property.Name.Equals(name.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
            var registers = new X64Registers(new byte[X64Registers.Length]);
            property.SetValue(registers, ulong.MaxValue);
            var expected = new byte[X64Registers.Length];
            expected.AsSpan((int)golden[name], 8).Fill(0xFF);
            Assert.Equal(expected, registers.Raw);
            Assert.Equal(ulong.MaxValue, property.GetValue(registers));
        }
    }

    /// <summary>syscall(2), "Architecture calling conventions".</summary>
    [Fact]
    public void Named_registers_are_those_of_the_calling_convention()
    {
        var registers = new X64Registers(new byte[X64Registers.Length]) { Rdi = 10, Rsi = 11, Rdx = 12, R10 = 13, R8 = 14, R9 = 15, Rax = 16, OrigRax = 17, Rip = 18, Rsp = 19 };
        Assert.Equal([10, 11, 12, 13, 14, 15], Enumerable.Range(0, 6).Select(registers.Argument));
        Assert.Equal((16L, 17L, 18UL, 19UL), (registers.Result, registers.SystemCallNumber, registers.InstructionPointer, registers.StackPointer));
        Assert.Throws<ArgumentOutOfRangeException>(() => registers.Argument(6));
        var copy = registers.Clone();
        copy.Result = 1;
        Assert.Equal(16, registers.Result);
    }

    [Fact]
    public void System_calls_have_the_numbers_of_the_header()
    {
        // Headers older than Linux 6.10 lack mseal.
        var calls = Enum.GetValues<SystemCall>();
        var golden = HeaderGolden.Of("#include <sys/syscall.h>\n#ifndef SYS_mseal\n#define SYS_mseal 462\n#endif", calls.Select(call => ($"{call}", $"SYS_{call}")));
        Assert.Equal(golden, calls.ToDictionary(call => $"{call}", X64SystemCalls.NumberOf));
        Assert.All(calls, call => Assert.Equal(call, X64SystemCalls.CallWith(X64SystemCalls.NumberOf(call))));
        Assert.Null(X64SystemCalls.CallWith(-1));
    }
}
