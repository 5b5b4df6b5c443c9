using System.Buffers.Binary;

namespace CrStream.Linux.Architectures.X64;

/// <summary>
/// The seed of a restored tree: an ELF executable of one page that sleeps for a minute and ends, so that a lost one
/// goes away by itself.
/// </summary>
internal static class X64Stub
{
    private const int HeaderLength = 64 + 56;

    /// <summary>The code, one instruction a line.</summary>
    public static readonly (string Bytes, string Text)[] Code =
    [
        ("6a 00", "push 0"),
        ("6a 3c", "push 60"),
        ("48 89 e7", "mov rdi, rsp"),
        ("31 f6", "xor esi, esi"),
        ("b8 23 00 00 00", "mov eax, 35"),
        ("0f 05", "syscall"),
        ("31 ff", "xor edi, edi"),
        ("b8 e7 00 00 00", "mov eax, 231"),
        ("0f 05", "syscall"),
    ];

    /// <summary>The whole file; see elf(5).</summary>
    /// <param name="address">Where it is loaded, a multiple of the page size.</param>
    public static byte[] Executable(ulong address)
    {
        var code = X64Code.Assemble(Code);
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
