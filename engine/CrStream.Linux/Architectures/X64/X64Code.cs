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
        ("48 8d 25 a7 00 00 00", "lea    rsp,[rip+0xa7]"),
        ("9d", "popf"),
        ("48 8b 25 a7 00 00 00", "mov    rsp,QWORD PTR [rip+0xa7]"),

        // rt_sigprocmask(SIG_SETMASK, frame.mask, NULL, 8), with nothing that changes a flag.
        ("b8 0e 00 00 00", "mov    eax,0xe"),
        ("bf 02 00 00 00", "mov    edi,0x2"),
        ("48 8d 35 9e 00 00 00", "lea    rsi,[rip+0x9e]"),
        ("ba 00 00 00 00", "mov    edx,0x0"),
        ("41 ba 08 00 00 00", "mov    r10d,0x8"),
        ("0f 05", "syscall"),

        // All registers, and on with the application.
        ("48 8b 05 92 00 00 00", "mov    rax,QWORD PTR [rip+0x92]"),
        ("48 8b 1d 93 00 00 00", "mov    rbx,QWORD PTR [rip+0x93]"),
        ("48 8b 0d 94 00 00 00", "mov    rcx,QWORD PTR [rip+0x94]"),
        ("48 8b 15 95 00 00 00", "mov    rdx,QWORD PTR [rip+0x95]"),
        ("48 8b 35 96 00 00 00", "mov    rsi,QWORD PTR [rip+0x96]"),
        ("48 8b 3d 97 00 00 00", "mov    rdi,QWORD PTR [rip+0x97]"),
        ("48 8b 2d 98 00 00 00", "mov    rbp,QWORD PTR [rip+0x98]"),
        ("4c 8b 05 99 00 00 00", "mov    r8,QWORD PTR [rip+0x99]"),
        ("4c 8b 0d 9a 00 00 00", "mov    r9,QWORD PTR [rip+0x9a]"),
        ("4c 8b 15 9b 00 00 00", "mov    r10,QWORD PTR [rip+0x9b]"),
        ("4c 8b 1d 9c 00 00 00", "mov    r11,QWORD PTR [rip+0x9c]"),
        ("4c 8b 25 9d 00 00 00", "mov    r12,QWORD PTR [rip+0x9d]"),
        ("4c 8b 2d 9e 00 00 00", "mov    r13,QWORD PTR [rip+0x9e]"),
        ("4c 8b 35 9f 00 00 00", "mov    r14,QWORD PTR [rip+0x9f]"),
        ("4c 8b 3d a0 00 00 00", "mov    r15,QWORD PTR [rip+0xa0]"),
        ("ff 25 a2 00 00 00", "jmp    QWORD PTR [rip+0xa2]"),

        // Padding.
        ("66 90", "xchg   ax,ax"),
    ];

    /// <summary>The table of entries: r12 is the next one, rbx the scratch that all offsets count from. The frame follows.</summary>
    public static readonly (string Bytes, string Text)[] Loop =
    [

        // The table ends at an entry with the flag End.
        ("41 f6 44 24 20 02", "test   BYTE PTR [r12+0x20],0x2"),
        ("75 5d", "jne    65 <finish>"),

        // The arguments and the number, each from the cell that the entry names.
        ("41 8b 4c 24 04", "mov    ecx,DWORD PTR [r12+0x4]"),
        ("48 8b 3c 0b", "mov    rdi,QWORD PTR [rbx+rcx*1]"),
        ("41 8b 4c 24 08", "mov    ecx,DWORD PTR [r12+0x8]"),
        ("48 8b 34 0b", "mov    rsi,QWORD PTR [rbx+rcx*1]"),
        ("41 8b 4c 24 0c", "mov    ecx,DWORD PTR [r12+0xc]"),
        ("48 8b 14 0b", "mov    rdx,QWORD PTR [rbx+rcx*1]"),
        ("41 8b 4c 24 10", "mov    ecx,DWORD PTR [r12+0x10]"),
        ("4c 8b 14 0b", "mov    r10,QWORD PTR [rbx+rcx*1]"),
        ("41 8b 4c 24 14", "mov    ecx,DWORD PTR [r12+0x14]"),
        ("4c 8b 04 0b", "mov    r8,QWORD PTR [rbx+rcx*1]"),
        ("41 8b 4c 24 18", "mov    ecx,DWORD PTR [r12+0x18]"),
        ("4c 8b 0c 0b", "mov    r9,QWORD PTR [rbx+rcx*1]"),
        ("41 8b 0c 24", "mov    ecx,DWORD PTR [r12]"),
        ("48 8b 04 0b", "mov    rax,QWORD PTR [rbx+rcx*1]"),
        ("0f 05", "syscall"),

        // The result into its cell; an error ends the table where the entry says so.
        ("41 8b 4c 24 1c", "mov    ecx,DWORD PTR [r12+0x1c]"),
        ("48 89 04 0b", "mov    QWORD PTR [rbx+rcx*1],rax"),
        ("49 83 c4 28", "add    r12,0x28"),
        ("41 f6 44 24 f8 01", "test   BYTE PTR [r12-0x8],0x1"),
        ("74 a3", "je     0 <next>"),
        ("48 3d 01 f0 ff ff", "cmp    rax,0xfffffffffffff001"),
        ("72 9b", "jb     0 <next>"),

        // Remember how far it came, and tell the tracer: tgkill(pid, tid, signal).
        ("4c 89 25 c4 00 00 00", "mov    QWORD PTR [rip+0xc4],r12"),
        ("48 8b 3d 5d 01 00 00", "mov    rdi,QWORD PTR [rip+0x15d]"),
        ("48 8b 35 5e 01 00 00", "mov    rsi,QWORD PTR [rip+0x15e]"),
        ("48 8b 15 5f 01 00 00", "mov    rdx,QWORD PTR [rip+0x15f]"),
        ("b8 ea 00 00 00", "mov    eax,0xea"),
        ("0f 05", "syscall"),

        // Out, as above.
        ("48 8d 25 a9 00 00 00", "lea    rsp,[rip+0xa9]"),
        ("9d", "popf"),
        ("48 8b 25 a9 00 00 00", "mov    rsp,QWORD PTR [rip+0xa9]"),

        // rt_sigprocmask(SIG_SETMASK, frame.mask, NULL, 8).
        ("b8 0e 00 00 00", "mov    eax,0xe"),
        ("bf 02 00 00 00", "mov    edi,0x2"),
        ("48 8d 35 a0 00 00 00", "lea    rsi,[rip+0xa0]"),
        ("ba 00 00 00 00", "mov    edx,0x0"),
        ("41 ba 08 00 00 00", "mov    r10d,0x8"),
        ("0f 05", "syscall"),

        // All registers, and on with the application.
        ("48 8b 05 94 00 00 00", "mov    rax,QWORD PTR [rip+0x94]"),
        ("48 8b 1d 95 00 00 00", "mov    rbx,QWORD PTR [rip+0x95]"),
        ("48 8b 0d 96 00 00 00", "mov    rcx,QWORD PTR [rip+0x96]"),
        ("48 8b 15 97 00 00 00", "mov    rdx,QWORD PTR [rip+0x97]"),
        ("48 8b 35 98 00 00 00", "mov    rsi,QWORD PTR [rip+0x98]"),
        ("48 8b 3d 99 00 00 00", "mov    rdi,QWORD PTR [rip+0x99]"),
        ("48 8b 2d 9a 00 00 00", "mov    rbp,QWORD PTR [rip+0x9a]"),
        ("4c 8b 05 9b 00 00 00", "mov    r8,QWORD PTR [rip+0x9b]"),
        ("4c 8b 0d 9c 00 00 00", "mov    r9,QWORD PTR [rip+0x9c]"),
        ("4c 8b 15 9d 00 00 00", "mov    r10,QWORD PTR [rip+0x9d]"),
        ("4c 8b 1d 9e 00 00 00", "mov    r11,QWORD PTR [rip+0x9e]"),
        ("4c 8b 25 9f 00 00 00", "mov    r12,QWORD PTR [rip+0x9f]"),
        ("4c 8b 2d a0 00 00 00", "mov    r13,QWORD PTR [rip+0xa0]"),
        ("4c 8b 35 a1 00 00 00", "mov    r14,QWORD PTR [rip+0xa1]"),
        ("4c 8b 3d a2 00 00 00", "mov    r15,QWORD PTR [rip+0xa2]"),
        ("ff 25 a4 00 00 00", "jmp    QWORD PTR [rip+0xa4]"),

        // Padding.
        ("0f 1f 40 00", "nop    DWORD PTR [rax+0x0]"),
    ];

    /// <summary>The bytes alone.</summary>
    public static byte[] Assemble((string Bytes, string Text)[] lines) =>
        [.. lines.SelectMany(line => line.Bytes.Split(' ')).Select(digits => byte.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
