using System.Buffers.Binary;

namespace CrStream.Linux.Architectures.X64;

/// <summary>
/// The seed of a restored tree: an ELF executable of one page that sleeps for a minute and ends, so that a lost one
/// goes away by itself. Behind that code stands the one that an init of ours runs.
/// </summary>
internal static class X64Stub
{
    private const int HeaderLength = 64 + 56;
    private const int ParentOffset = 25;

    /// <summary>The code, one instruction a line.</summary>
    public static readonly (string Bytes, string Text)[] Code =
    [
        // prctl(PR_SET_PDEATHSIG, SIGKILL): it ends with who started it, also where that has ended just before.
        ("b8 9d 00 00 00", "mov eax, 157"),
        ("bf 01 00 00 00", "mov edi, 1"),
        ("be 09 00 00 00", "mov esi, 9"),
        ("0f 05", "syscall"),
        ("b8 6e 00 00 00", "mov eax, 110"), // getppid
        ("0f 05", "syscall"),
        ("3d 00 00 00 00", "cmp eax, 0"), // The parent's id is filled in.
        ("75 10", "jne short exit"),

        // nanosleep, and out.
        ("6a 00", "push 0"),
        ("6a 3c", "push 60"),
        ("48 89 e7", "mov rdi, rsp"),
        ("31 f6", "xor esi, esi"),
        ("b8 23 00 00 00", "mov eax, 35"),
        ("0f 05", "syscall"),
        ("31 ff", "xor edi, edi"), // exit
        ("b8 e7 00 00 00", "mov eax, 231"),
        ("0f 05", "syscall"),
    ];

    /// <summary>
    /// The code of a pid namespace's init, one instruction a line: waits for the end of all processes whose pidfds are its
    /// descriptors 0, 1 and so on, then until it has no children any more, and ends; and the namespace with it.
    /// </summary>
    public static readonly (string Bytes, string Text)[] Init =
    [
        ("31 db", "xor ebx, ebx"),
        ("48 b8 00 00 00 00 01 00 00 00", "mov rax, 4294967296"), // next: a struct pollfd, for POLLIN
        ("48 09 d8", "or rax, rbx"),
        ("50", "push rax"),
        ("48 89 e7", "mov rdi, rsp"), // again
        ("be 01 00 00 00", "mov esi, 1"),
        ("ba ff ff ff ff", "mov edx, -1"),
        ("b8 07 00 00 00", "mov eax, 7"),
        ("0f 05", "syscall"),
        ("85 c0", "test eax, eax"),
        ("78 e8", "js short again"),
        ("58", "pop rax"),
        ("ff c3", "inc ebx"),
        ("48 c1 e8 30", "shr rax, 48"),
        ("a8 20", "test al, 32"), // POLLNVAL: that was the last
        ("74 cf", "je short next"),
        ("48 c7 c7 ff ff ff ff", "mov rdi, -1"), // reap
        ("31 f6", "xor esi, esi"),
        ("ba 00 00 00 40", "mov edx, 1073741824"), // __WALL
        ("45 31 d2", "xor r10d, r10d"),
        ("b8 3d 00 00 00", "mov eax, 61"),
        ("0f 05", "syscall"),
        ("83 f8 f6", "cmp eax, -10"), // ECHILD
        ("75 e3", "jne short reap"),
        ("31 ff", "xor edi, edi"),
        ("b8 e7 00 00 00", "mov eax, 231"),
        ("0f 05", "syscall"),
    ];

    /// <summary>Where the init's code stands in the page.</summary>
    public static int InitOffset { get; } = HeaderLength + X64Code.Assemble(Code).Length;

    /// <summary>The whole file; see elf(5).</summary>
    /// <param name="address">Where it is loaded, a multiple of the page size.</param>
    /// <param name="parent">The process that starts it, without which it ends.</param>
    public static byte[] Executable(ulong address, int parent)
    {
        var code = X64Code.Assemble([.. Code, .. Init]);
        BinaryPrimitives.WriteInt32LittleEndian(code.AsSpan(ParentOffset), parent);
        var file = new byte[HeaderLength + code.Length];
        var elf = file.AsSpan();
        "\u007fELF"u8.CopyTo(elf);
        elf[4] = 2; // ELFCLASS64
        elf[5] = 1; // ELFDATA2LSB
        elf[6] = 1; // EV_CURRENT
        BinaryPrimitives.WriteUInt16LittleEndian(elf[16..], 2); // ET_EXEC
        BinaryPrimitives.WriteUInt16LittleEndian(elf[18..], 62); // EM_X86_64
        BinaryPrimitives.WriteUInt32LittleEndian(elf[20..], 1); // EV_CURRENT
        BinaryPrimitives.WriteUInt64LittleEndian(elf[24..], address + HeaderLength); // e_entry
        BinaryPrimitives.WriteUInt64LittleEndian(elf[32..], 64); // e_phoff
        BinaryPrimitives.WriteUInt16LittleEndian(elf[52..], 64); // e_ehsize
        BinaryPrimitives.WriteUInt16LittleEndian(elf[54..], 56); // e_phentsize
        BinaryPrimitives.WriteUInt16LittleEndian(elf[56..], 1); // e_phnum
        var segment = elf[64..];
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1); // PT_LOAD
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 5); // PF_R | PF_X
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], address); // p_vaddr
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], address); // p_paddr
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)file.Length); // p_filesz
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], (ulong)file.Length); // p_memsz
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], 4096); // p_align
        code.CopyTo(elf[HeaderLength..]);
        return file;
    }
}
