using System.Runtime.InteropServices;
using CrStream.Abstractions;
using CrStream.Linux.Architectures.X64;

namespace CrStream.Linux.Architectures;

/// <summary>All that differs from one processor architecture to another. One folder holds one architecture.</summary>
public abstract class Processor
{
    /// <summary>The architecture that this process runs on.</summary>
    /// <exception cref="PlatformNotSupportedException">There is no folder for it.</exception>
    public static Processor Current { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => new X64Processor(),
        var other => throw new PlatformNotSupportedException($"CrStream knows no {other} processors"),
    };

    /// <summary>The name that uname(2) has for it.</summary>
    public abstract string Name { get; }

    /// <summary>The note type under which ptrace gives the extended state (floating point and vectors), as in elf.h.</summary>
    public abstract int ExtendedStateNote { get; }

    /// <summary>The components of extended state that this processor can have: a bit each, numbered by the architecture.</summary>
    public abstract ulong ExtendedStateMask { get; }

    /// <summary>The names of the components in a mask, for people.</summary>
    public abstract string NamesOfExtendedState(ulong mask);

    /// <summary>The machine code that runs system calls inside a task.</summary>
    public abstract ActingCode Code { get; }

    /// <summary>An ELF file whose process sleeps until its parent ends, a minute at most: the seed of a restored tree.</summary>
    /// <param name="address">Where its one page is loaded.</param>
    /// <param name="parent">The process that starts it: it ends with that one.</param>
    public abstract byte[] StubExecutable(ulong address, int parent);

    /// <summary>
    /// Where a stub has the code of a pid namespace's init: it waits for the end of all processes whose pidfds are its
    /// descriptors from 0 on, then until it has no children any more, and ends.
    /// </summary>
    /// <param name="stub">Where the stub's page is loaded.</param>
    public abstract ulong InitCode(ulong stub);

    /// <summary>The number of a system call.</summary>
    public abstract long NumberOf(SystemCall call);

    /// <summary>The system call with a number, or null when the table has no name for it.</summary>
    public abstract SystemCall? CallWith(long number);

    /// <summary>Registers over a register set.</summary>
    public abstract Registers CreateRegisters(byte[] raw);

    /// <summary>How large the register set is, in bytes.</summary>
    public abstract int RegistersLength { get; }

    /// <summary>
    /// The registers with which a task goes on from user mode, without the kernel's help: a restart that the kernel
    /// would have done on the way out of a system call is done in the registers. Needed only where the tracer died.
    /// </summary>
    /// <param name="registers">As the freeze found them.</param>
    /// <param name="signalWaits">Whether a caught signal is about to be delivered, which ends most calls with EINTR.</param>
    public abstract Registers ForUserMode(Registers registers, bool signalWaits);

    /// <summary>
    /// Repairs a call that a mere freeze has ended with EINTR, so that it is made again: epoll_wait and its kin know no
    /// restart (signal(7), "Interruption of system calls by stop signals").
    /// </summary>
    /// <returns>True when the registers were changed.</returns>
    public abstract bool MendInterruptedCall(Registers registers);

    /// <summary>Sets a shorter time limit in the registers of a mended call, where it has one in a register: epoll_wait, epoll_pwait.</summary>
    /// <returns>True when the registers were changed.</returns>
    public abstract bool ShortenMendedCall(Registers registers, long nanoseconds);

    /// <summary>
    /// Makes a call whose restart block is lost be made again from its beginning, or end with EINTR where a signal
    /// handler runs first, or where it is not known which call it was.
    /// </summary>
    public abstract void RestartFromBeginning(Registers registers);

    /// <summary>Whether a call was interrupted whose restart the kernel keeps in a restart block.</summary>
    public abstract bool HasRestartBlock(Registers registers);

    /// <summary>Whether a call was interrupted and is to be made again, from its beginning or by its restart block.</summary>
    public abstract bool IsToBeMadeAgain(Registers registers);

    /// <summary>The bytes of the instruction that calls the kernel.</summary>
    public abstract ReadOnlySpan<byte> CallInstruction { get; }

    /// <summary>Takes a task that stands at the entry of a system call back to the instruction that made it.</summary>
    public abstract void BackToCall(Registers registers);

    /// <summary>Makes a task call the kernel for nothing.</summary>
    /// <param name="registers">Changed.</param>
    /// <param name="instruction">The address of an instruction that calls the kernel.</param>
    public abstract void CallForNothing(Registers registers, ulong instruction);

    /// <summary>Where the debug registers stand for PTRACE_PEEKUSER, each 8 bytes: breakpoints and watchpoints; the last one enables them.</summary>
    public abstract IReadOnlyList<ulong> DebugRegisterOffsets { get; }

    /// <summary>Writes the registers and the signal mask with which a task leaves the acting code into a frame.</summary>
    public abstract void WriteFrame(Span<byte> frame, Registers registers, ulong signalMask);

    /// <summary>Reads the registers that are in a frame back, and gives the signal mask.</summary>
    public abstract ulong ReadFrame(ReadOnlySpan<byte> frame, Registers registers);

    /// <summary>Makes a task call the system call whose arguments are given at the boot slot.</summary>
    public abstract void EnterBootSlot(Registers registers, ulong slot, SystemCall call, ReadOnlySpan<ulong> arguments);

    /// <summary>Makes a task run the table of entries.</summary>
    /// <param name="registers">Changed.</param>
    /// <param name="scratch">The scratch's address: code first.</param>
    /// <param name="entries">The first entry's address.</param>
    public abstract void EnterLoop(Registers registers, ulong scratch, ulong entries);
}
