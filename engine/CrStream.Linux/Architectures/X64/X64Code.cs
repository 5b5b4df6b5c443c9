using System.Globalization;

namespace CrStream.Linux.Architectures.X64;

/// <summary>
/// The machine code that runs inside tasks, one instruction a line. A test disassembles each and compares it with the
/// text beside it. It changes no extended state and touches no stack of the application.
/// </summary>
internal static class X64Code
{
    /// <summary>Where in <see cref="BootSlot"/> a task stands behind the system call.</summary>
    public const int BootSlotReturn = 2;

    /// <summary>Where in <see cref="Loop"/> a task stands behind the tgkill.</summary>
    public const int LoopReturn = 0x88;

    /// <summary>One system call with the registers as the tracer has set them, then out. The frame follows.</summary>
    public static readonly (string Bytes, string Text)[] BootSlot =
    [

        // The call.
        ("0f 05", "syscall"),

        // Out: the flags are popped from the frame, the only use of a stack, while all signals are blocked.
        ("48 8d 25 a7 00 00 00", "lea rsp, [rel frame.flags]"),
        ("9d", "popf"),
        ("48 8b 25 a7 00 00 00", "mov rsp, [rel frame.rsp]"),

        // rt_sigprocmask(SIG_SETMASK, frame.mask, NULL, 8), with nothing that changes a flag.
        ("b8 0e 00 00 00", "mov eax, 14"),
        ("bf 02 00 00 00", "mov edi, 2"),
        ("48 8d 35 9e 00 00 00", "lea rsi, [rel frame.mask]"),
        ("ba 00 00 00 00", "mov edx, 0"),
        ("41 ba 08 00 00 00", "mov r10d, 8"),
        ("0f 05", "syscall"),

        // All registers, and on with the application.
        ("48 8b 05 92 00 00 00", "mov rax, [rel frame.rax]"),
        ("48 8b 1d 93 00 00 00", "mov rbx, [rel frame.rbx]"),
        ("48 8b 0d 94 00 00 00", "mov rcx, [rel frame.rcx]"),
        ("48 8b 15 95 00 00 00", "mov rdx, [rel frame.rdx]"),
        ("48 8b 35 96 00 00 00", "mov rsi, [rel frame.rsi]"),
        ("48 8b 3d 97 00 00 00", "mov rdi, [rel frame.rdi]"),
        ("48 8b 2d 98 00 00 00", "mov rbp, [rel frame.rbp]"),
        ("4c 8b 05 99 00 00 00", "mov r8, [rel frame.r8]"),
        ("4c 8b 0d 9a 00 00 00", "mov r9, [rel frame.r9]"),
        ("4c 8b 15 9b 00 00 00", "mov r10, [rel frame.r10]"),
        ("4c 8b 1d 9c 00 00 00", "mov r11, [rel frame.r11]"),
        ("4c 8b 25 9d 00 00 00", "mov r12, [rel frame.r12]"),
        ("4c 8b 2d 9e 00 00 00", "mov r13, [rel frame.r13]"),
        ("4c 8b 35 9f 00 00 00", "mov r14, [rel frame.r14]"),
        ("4c 8b 3d a0 00 00 00", "mov r15, [rel frame.r15]"),
        ("ff 25 a2 00 00 00", "jmp qword [rel frame.rip]"),

        // Padding.
        ("66 90", "xchg ax, ax"),
    ];

    /// <summary>The table of entries: r12 is the next one, rbx the scratch that all offsets count from. The frame follows.</summary>
    public static readonly (string Bytes, string Text)[] Loop =
    [

        // The table ends at an entry with the flag End.
        ("41 f6 44 24 20 02", "test byte [r12+32], 2"),
        ("75 5d", "jne short finish"),

        // The arguments and the number, each from the cell that the entry names.
        ("41 8b 4c 24 04", "mov ecx, [r12+4]"),
        ("48 8b 3c 0b", "mov rdi, [rbx+rcx]"),
        ("41 8b 4c 24 08", "mov ecx, [r12+8]"),
        ("48 8b 34 0b", "mov rsi, [rbx+rcx]"),
        ("41 8b 4c 24 0c", "mov ecx, [r12+12]"),
        ("48 8b 14 0b", "mov rdx, [rbx+rcx]"),
        ("41 8b 4c 24 10", "mov ecx, [r12+16]"),
        ("4c 8b 14 0b", "mov r10, [rbx+rcx]"),
        ("41 8b 4c 24 14", "mov ecx, [r12+20]"),
        ("4c 8b 04 0b", "mov r8, [rbx+rcx]"),
        ("41 8b 4c 24 18", "mov ecx, [r12+24]"),
        ("4c 8b 0c 0b", "mov r9, [rbx+rcx]"),
        ("41 8b 0c 24", "mov ecx, [r12]"),
        ("48 8b 04 0b", "mov rax, [rbx+rcx]"),
        ("0f 05", "syscall"),

        // The result into its cell; an error ends the table where the entry says so.
        ("41 8b 4c 24 1c", "mov ecx, [r12+28]"),
        ("48 89 04 0b", "mov [rbx+rcx], rax"),
        ("49 83 c4 28", "add r12, 40"),
        ("41 f6 44 24 f8 01", "test byte [r12-8], 1"),
        ("74 a3", "je short next"),
        ("48 3d 01 f0 ff ff", "cmp rax, -4095"),
        ("72 9b", "jb short next"),

        // Remember how far it came, and tell the tracer: tgkill(pid, tid, signal).
        ("4c 89 25 c4 00 00 00", "mov [rel frame.state], r12"),
        ("48 8b 3d 5d 01 00 00", "mov rdi, [rel frame.pid]"),
        ("48 8b 35 5e 01 00 00", "mov rsi, [rel frame.tid]"),
        ("48 8b 15 5f 01 00 00", "mov rdx, [rel frame.signal]"),
        ("b8 ea 00 00 00", "mov eax, 234"),
        ("0f 05", "syscall"),

        // Out, as above.
        ("48 8d 25 a9 00 00 00", "lea rsp, [rel frame.flags]"),
        ("9d", "popf"),
        ("48 8b 25 a9 00 00 00", "mov rsp, [rel frame.rsp]"),

        // rt_sigprocmask(SIG_SETMASK, frame.mask, NULL, 8).
        ("b8 0e 00 00 00", "mov eax, 14"),
        ("bf 02 00 00 00", "mov edi, 2"),
        ("48 8d 35 a0 00 00 00", "lea rsi, [rel frame.mask]"),
        ("ba 00 00 00 00", "mov edx, 0"),
        ("41 ba 08 00 00 00", "mov r10d, 8"),
        ("0f 05", "syscall"),

        // All registers, and on with the application.
        ("48 8b 05 94 00 00 00", "mov rax, [rel frame.rax]"),
        ("48 8b 1d 95 00 00 00", "mov rbx, [rel frame.rbx]"),
        ("48 8b 0d 96 00 00 00", "mov rcx, [rel frame.rcx]"),
        ("48 8b 15 97 00 00 00", "mov rdx, [rel frame.rdx]"),
        ("48 8b 35 98 00 00 00", "mov rsi, [rel frame.rsi]"),
        ("48 8b 3d 99 00 00 00", "mov rdi, [rel frame.rdi]"),
        ("48 8b 2d 9a 00 00 00", "mov rbp, [rel frame.rbp]"),
        ("4c 8b 05 9b 00 00 00", "mov r8, [rel frame.r8]"),
        ("4c 8b 0d 9c 00 00 00", "mov r9, [rel frame.r9]"),
        ("4c 8b 15 9d 00 00 00", "mov r10, [rel frame.r10]"),
        ("4c 8b 1d 9e 00 00 00", "mov r11, [rel frame.r11]"),
        ("4c 8b 25 9f 00 00 00", "mov r12, [rel frame.r12]"),
        ("4c 8b 2d a0 00 00 00", "mov r13, [rel frame.r13]"),
        ("4c 8b 35 a1 00 00 00", "mov r14, [rel frame.r14]"),
        ("4c 8b 3d a2 00 00 00", "mov r15, [rel frame.r15]"),
        ("ff 25 a4 00 00 00", "jmp qword [rel frame.rip]"),

        // Padding.
        ("0f 1f 40 00", "nop dword [rax]"),
    ];

    /// <summary>The bytes alone.</summary>
    public static byte[] Assemble((string Bytes, string Text)[] lines) =>
        [.. lines.SelectMany(line => line.Bytes.Split(' ')).Select(digits => byte.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
