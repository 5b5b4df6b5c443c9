using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CrStream.Abstractions;

namespace CrStream.Linux.Architectures.X64;

/// <summary>x86-64, as Linux has it.</summary>
public sealed class X64Processor : Processor
{
    /// <inheritdoc/>
    public override string Name => "x86_64";

    /// <summary>NT_X86_XSTATE.</summary>
    public override int ExtendedStateNote => 0x202;

    /// <summary>XCR0's components, as CPUID lists them.</summary>
    public override ulong ExtendedStateMask => X64ExtendedState.Mask;

    /// <inheritdoc/>
    public override string NamesOfExtendedState(ulong mask) => X64ExtendedState.Names(mask);

    /// <inheritdoc/>
    public override ActingCode Code { get; } = new(
        X64Code.Assemble(X64Code.BootSlot), X64Code.BootSlotReturn, X64Code.Assemble(X64Code.Loop), X64Code.LoopReturn);

    /// <inheritdoc/>
    public override int RegistersLength => X64Registers.Length;

    /// <inheritdoc/>
    public override byte[] StubExecutable(ulong address, int parent) => X64Stub.Executable(address, parent);

    /// <inheritdoc/>
    public override ulong InitCode(ulong stub) => stub + (ulong)X64Stub.InitOffset;

    /// <inheritdoc/>
    public override long NumberOf(SystemCall call) => X64SystemCalls.NumberOf(call);

    /// <inheritdoc/>
    public override SystemCall? CallWith(long number) => X64SystemCalls.CallWith(number);

    /// <inheritdoc/>
    public override Registers CreateRegisters(byte[] raw) => new X64Registers(raw);

    /// <inheritdoc/>
    public override Registers ForUserMode(Registers registers, bool signalWaits) => X64Restart.ForUserMode((X64Registers)registers, signalWaits);

    /// <inheritdoc/>
    public override bool MendInterruptedCall(Registers registers) => X64Restart.MendInterruptedCall((X64Registers)registers);

    /// <inheritdoc/>
    public override bool ShortenMendedCall(Registers registers, long nanoseconds) => X64Restart.ShortenMendedCall((X64Registers)registers, nanoseconds);

    /// <inheritdoc/>
    public override void RestartFromBeginning(Registers registers) => X64Restart.RestartFromBeginning((X64Registers)registers);

    /// <inheritdoc/>
    public override bool HasRestartBlock(Registers registers) => registers.SystemCallNumber >= 0 && registers.Result == -X64Restart.ERESTART_RESTARTBLOCK;

    /// <inheritdoc/>
    public override bool IsToBeMadeAgain(Registers registers) => registers.SystemCallNumber >= 0
        && -registers.Result is X64Restart.ERESTARTSYS or X64Restart.ERESTARTNOINTR or X64Restart.ERESTARTNOHAND or X64Restart.ERESTART_RESTARTBLOCK;

    /// <summary>syscall.</summary>
    public override ReadOnlySpan<byte> CallInstruction => [0x0F, 0x05];

    /// <inheritdoc/>
    public override void BackToCall(Registers registers)
    {
        var r = (X64Registers)registers;
        (r.Rax, r.OrigRax, r.Rip) = (r.OrigRax, ulong.MaxValue, r.Rip - (ulong)CallInstruction.Length);
    }

    /// <inheritdoc/>
    public override void CallForNothing(Registers registers, ulong instruction)
    {
        var r = (X64Registers)registers;
        (r.Rax, r.OrigRax, r.Rip) = ((ulong)NumberOf(SystemCall.gettid), ulong.MaxValue, instruction);
    }

    /// <summary>u_debugreg 0 to 3 and 7 of struct user (arch/x86/include/asm/user_64.h).</summary>
    public override IReadOnlyList<ulong> DebugRegisterOffsets { get; } = [848, 856, 864, 872, 904];

    /// <inheritdoc/>
    public override void WriteFrame(Span<byte> frame, Registers registers, ulong signalMask)
    {
        var r = (X64Registers)registers;
        ReadOnlySpan<ulong> values =
        [
            r.Eflags, r.Rsp, signalMask, r.Rax, r.Rbx, r.Rcx, r.Rdx, r.Rsi, r.Rdi, r.Rbp,
            r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14, r.R15, r.Rip,
        ];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(frame[(ActingFrame.RegistersOffset + (8 * i))..], values[i]);
        }
    }

    /// <inheritdoc/>
    public override ulong ReadFrame(ReadOnlySpan<byte> frame, Registers registers)
    {
        var r = (X64Registers)registers;
        var values = MemoryMarshal.Cast<byte, ulong>(frame[ActingFrame.RegistersOffset..]);
        (r.Eflags, r.Rsp, r.Rax, r.Rbx, r.Rcx, r.Rdx, r.Rsi, r.Rdi) = (values[0], values[1], values[3], values[4], values[5], values[6], values[7], values[8]);
        (r.Rbp, r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14) = (values[9], values[10], values[11], values[12], values[13], values[14], values[15], values[16]);
        (r.R15, r.Rip, r.OrigRax) = (values[17], values[18], ulong.MaxValue);
        return values[2];
    }

    /// <inheritdoc/>
    public override void EnterBootSlot(Registers registers, ulong slot, SystemCall call, ReadOnlySpan<ulong> arguments)
    {
        var r = (X64Registers)registers;
        Span<ulong> all = stackalloc ulong[6];
        arguments.CopyTo(all);
        (r.Rdi, r.Rsi, r.Rdx, r.R10, r.R8, r.R9) = (all[0], all[1], all[2], all[3], all[4], all[5]);
        r.Rax = (ulong)NumberOf(call);
        r.OrigRax = ulong.MaxValue;
        r.Rip = slot;
    }

    /// <inheritdoc/>
    public override void EnterLoop(Registers registers, ulong scratch, ulong entries)
    {
        var r = (X64Registers)registers;
        (r.Rbx, r.R12, r.Rip, r.OrigRax) = (scratch, entries, scratch, ulong.MaxValue);
    }
}
