namespace CrStream.Abstractions;

/// <summary>What becomes of a program when one of its calls fails.</summary>
public enum SyscallOnError
{
    /// <summary>The program ends, and running it throws a <see cref="KernelException"/>.</summary>
    Stop,

    /// <summary>The program goes on.</summary>
    Continue,
}

/// <summary>One call of a <see cref="SyscallProgram"/>.</summary>
/// <param name="Call">Which.</param>
/// <param name="Arguments">Up to six; those that are missing are zero.</param>
/// <param name="OnError">What becomes of the program when it fails.</param>
public sealed record SyscallEntry(SystemCall Call, IReadOnlyList<SyscallArgument> Arguments, SyscallOnError OnError);

/// <summary>The result of one call, before the program has run: an argument for later calls, a key for the results.</summary>
/// <param name="Index">Which call, from 0.</param>
public readonly record struct SyscallResult(int Index);

/// <summary>Bytes in the task while a program runs: an argument (their address) and a key for what they hold afterwards.</summary>
/// <param name="Offset">Bytes from the start of the program's data.</param>
/// <param name="Length">In bytes.</param>
public readonly record struct SyscallBuffer(int Offset, int Length);

/// <summary>A place in a program's data that holds the address of another one.</summary>
/// <param name="Offset">Where the address is put, in bytes from the start of the data.</param>
/// <param name="Target">What it is the address of, likewise.</param>
public readonly record struct SyscallPointer(int Offset, int Target);
