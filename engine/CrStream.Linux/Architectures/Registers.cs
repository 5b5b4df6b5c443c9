namespace CrStream.Linux.Architectures;

/// <summary>
/// A task's general registers, as PTRACE_GETREGSET with NT_PRSTATUS gives them. What every architecture has is named
/// here; the rest stands with the architecture.
/// </summary>
public abstract class Registers(byte[] raw)
{
    /// <summary>The register set as the kernel lays it out: the architecture's <c>struct user_regs_struct</c>.</summary>
    public byte[] Raw { get; } = raw;

    /// <summary>The address of the next instruction.</summary>
    public abstract ulong InstructionPointer { get; set; }

    /// <summary>The stack pointer.</summary>
    public abstract ulong StackPointer { get; set; }

    /// <summary>What a system call returned: a value, or an errno as a negative number.</summary>
    public abstract long Result { get; set; }

    /// <summary>
    /// The system call that the task is in, or -1. Only with a call here does the kernel look at <see cref="Result"/>
    /// for one of its restart codes when the task goes on.
    /// </summary>
    public abstract long SystemCallNumber { get; set; }

    /// <summary>An argument of the system call that the task is in, from 0; they stay in their registers.</summary>
    public abstract ulong Argument(int index);

    /// <summary>A copy.</summary>
    public abstract Registers Clone();
}
