namespace CrStream.Linux.Proc;

/// <summary>
/// /proc/PID/syscall, see proc_pid_syscall(5): the system call that a task is blocked in. Needs
/// PTRACE_MODE_ATTACH and a kernel with CONFIG_HAVE_ARCH_TRACEHOOK.
/// </summary>
/// <param name="Number">The number on the task's architecture; -1 when it is blocked outside a system call; null while it runs.</param>
/// <param name="Arguments">The six arguments; none unless it is in a system call.</param>
/// <param name="StackPointer">The stack pointer; 0 while it runs.</param>
/// <param name="InstructionPointer">The program counter; 0 while it runs.</param>
public sealed record TaskSystemCall(long? Number, IReadOnlyList<ulong> Arguments, ulong StackPointer, ulong InstructionPointer)
{
    private const int ArgumentCount = 6;

    /// <summary>Reads <c>running</c>, <c>-1 SP PC</c>, or <c>NUMBER ARGUMENT*6 SP PC</c>.</summary>
    /// <exception cref="ProcFormatException">The text is not what proc(5) says.</exception>
    public static TaskSystemCall Parse(ReadOnlySpan<byte> text)
    {
        var cursor = new TextCursor("syscall", text);
        if (cursor.StartsWith("running"u8))
        {
            return new TaskSystemCall(null, [], 0, 0);
        }

        var number = cursor.Signed("a system call's number");
        var arguments = new ulong[number < 0 ? 0 : ArgumentCount];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Address(ref cursor);
        }

        return new TaskSystemCall(number, arguments, Address(ref cursor), Address(ref cursor));
    }

    private static ulong Address(ref TextCursor cursor)
    {
        cursor.Expect(" 0x"u8, "a hexadecimal number");
        return cursor.Hex("a hexadecimal number");
    }
}
