using System.Buffers.Binary;

namespace CrStream.Linux.Architectures.X64;

/// <summary>The x86-64 <c>struct user_regs_struct</c> (arch/x86/include/asm/user_64.h): 27 numbers of 64 bits.</summary>
public sealed class X64Registers(byte[] raw) : Registers(raw)
{
    /// <summary>The structure's length in bytes.</summary>
    public const int Length = 27 * 8;

#pragma warning disable CS1591 // The registers by their own names.
    public ulong R15 { get => Get(0); set => Set(0, value); }

    public ulong R14 { get => Get(1); set => Set(1, value); }

    public ulong R13 { get => Get(2); set => Set(2, value); }

    public ulong R12 { get => Get(3); set => Set(3, value); }

    public ulong Rbp { get => Get(4); set => Set(4, value); }

    public ulong Rbx { get => Get(5); set => Set(5, value); }

    public ulong R11 { get => Get(6); set => Set(6, value); }

    public ulong R10 { get => Get(7); set => Set(7, value); }

    public ulong R9 { get => Get(8); set => Set(8, value); }

    public ulong R8 { get => Get(9); set => Set(9, value); }

    public ulong Rax { get => Get(10); set => Set(10, value); }

    public ulong Rcx { get => Get(11); set => Set(11, value); }

    public ulong Rdx { get => Get(12); set => Set(12, value); }

    public ulong Rsi { get => Get(13); set => Set(13, value); }

    public ulong Rdi { get => Get(14); set => Set(14, value); }

    public ulong OrigRax { get => Get(15); set => Set(15, value); }

    public ulong Rip { get => Get(16); set => Set(16, value); }

    public ulong Cs { get => Get(17); set => Set(17, value); }

    public ulong Eflags { get => Get(18); set => Set(18, value); }

    public ulong Rsp { get => Get(19); set => Set(19, value); }

    public ulong Ss { get => Get(20); set => Set(20, value); }

    public ulong FsBase { get => Get(21); set => Set(21, value); }

    public ulong GsBase { get => Get(22); set => Set(22, value); }

    public ulong Ds { get => Get(23); set => Set(23, value); }

    public ulong Es { get => Get(24); set => Set(24, value); }

    public ulong Fs { get => Get(25); set => Set(25, value); }

    public ulong Gs { get => Get(26); set => Set(26, value); }
#pragma warning restore CS1591

    /// <inheritdoc/>
    public override ulong InstructionPointer { get => Rip; set => Rip = value; }

    /// <inheritdoc/>
    public override ulong StackPointer { get => Rsp; set => Rsp = value; }

    /// <inheritdoc/>
    public override long Result { get => (long)Rax; set => Rax = (ulong)value; }

    /// <inheritdoc/>
    public override long SystemCallNumber { get => (long)OrigRax; set => OrigRax = (ulong)value; }

    /// <inheritdoc/>
    public override ulong Argument(int index) => index switch
    {
        0 => Rdi,
        1 => Rsi,
        2 => Rdx,
        3 => R10,
        4 => R8,
        5 => R9,
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <inheritdoc/>
    public override Registers Clone() => new X64Registers((byte[])Raw.Clone());

    private ulong Get(int index) => BinaryPrimitives.ReadUInt64LittleEndian(Raw.AsSpan(index * 8));

    private void Set(int index, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Raw.AsSpan(index * 8), value);
}
