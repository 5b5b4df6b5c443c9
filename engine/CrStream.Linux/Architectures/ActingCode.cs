namespace CrStream.Linux.Architectures;

/// <summary>
/// The machine code that runs system calls inside a task, in two pieces. Both end by leaving to the application in user
/// mode, with the registers and the signal mask of the frame behind them: a task whose tracer has died goes on by itself.
/// </summary>
/// <param name="BootSlot">Runs one system call, then leaves. A frame follows it.</param>
/// <param name="BootSlotReturn">Where in it a task stands behind its system call, in bytes.</param>
/// <param name="Loop">Runs the table of entries, tells the tracer by a signal, then leaves. A frame follows it.</param>
/// <param name="LoopReturn">Where in it a task stands when it has told the tracer, in bytes.</param>
public sealed record ActingCode(ReadOnlyMemory<byte> BootSlot, int BootSlotReturn, ReadOnlyMemory<byte> Loop, int LoopReturn)
{
    /// <summary>The bytes of one table entry: eight 32-bit offsets into the scratch (number, six arguments, result), flags.</summary>
    public const int EntryLength = 40;

    /// <summary>A flag of an entry: an error result ends the table.</summary>
    public const uint StopOnError = 1;

    /// <summary>A flag of an entry: it is none, the table ends before it.</summary>
    public const uint End = 2;
}
