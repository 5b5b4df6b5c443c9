namespace CrStream.Abstractions;

/// <summary>Where an argument of a call in a <see cref="SyscallProgram"/> comes from.</summary>
public enum SyscallArgumentKind
{
    /// <summary>A number known beforehand.</summary>
    Literal,

    /// <summary>The result of an earlier call of the same program.</summary>
    Result,

    /// <summary>The address of a buffer of the program.</summary>
    Address,

    /// <summary>The 64-bit number that stands in a buffer when the call is made.</summary>
    Content,
}

/// <summary>One argument of a call. Converts implicitly from numbers, results and buffers (their address).</summary>
/// <param name="Kind">Where the value comes from.</param>
/// <param name="Number">The literal, the index of the earlier call, or the buffer's offset in the program's data.</param>
public readonly record struct SyscallArgument(SyscallArgumentKind Kind, long Number)
{
    /// <summary>A number.</summary>
    public static implicit operator SyscallArgument(long number) => new(SyscallArgumentKind.Literal, number);

    /// <summary>A number.</summary>
    public static implicit operator SyscallArgument(int number) => new(SyscallArgumentKind.Literal, number);

    /// <summary>A number.</summary>
    public static implicit operator SyscallArgument(uint number) => new(SyscallArgumentKind.Literal, number);

    /// <summary>A number, such as an address.</summary>
    public static implicit operator SyscallArgument(ulong number) => new(SyscallArgumentKind.Literal, unchecked((long)number));

    /// <summary>An earlier call's result.</summary>
    public static implicit operator SyscallArgument(SyscallResult result) => new(SyscallArgumentKind.Result, result.Index);

    /// <summary>A buffer's address in the task.</summary>
    public static implicit operator SyscallArgument(SyscallBuffer buffer) => new(SyscallArgumentKind.Address, buffer.Offset);

    /// <summary>
    /// The 64-bit number that stands at a place in a buffer when the call is made, such as a timer's id that an earlier
    /// call stored there. The place must be a multiple of 8.
    /// </summary>
    public static SyscallArgument ContentOf(SyscallBuffer buffer, int offset = 0) => new(SyscallArgumentKind.Content, buffer.Offset + offset);
}
