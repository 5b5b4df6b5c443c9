using System.Buffers.Binary;

namespace CrStream.Linux.Proc;

/// <summary>One entry of the auxiliary vector; see getauxval(3).</summary>
/// <param name="Type">One of the AT_ constants of include/uapi/linux/auxvec.h.</param>
/// <param name="Value">A number or an address.</param>
public readonly record struct AuxiliaryEntry(ulong Type, ulong Value);

/// <summary>/proc/PID/auxv of a 64-bit task, see proc_pid_auxv(5): what the kernel told the program when it was executed.</summary>
public static class AuxiliaryVector
{
    private const int EntrySize = 16;

    /// <summary>AT_NULL: the end.</summary>
    public const ulong AT_NULL = 0;

    /// <summary>AT_SYSINFO_EHDR: where the vDSO's ELF header was mapped.</summary>
    public const ulong AT_SYSINFO_EHDR = 33;

    /// <summary>Reads the entries before AT_NULL. Empty for a task without an address space.</summary>
    /// <exception cref="ProcFormatException">The bytes end before AT_NULL, or inside an entry.</exception>
    public static IReadOnlyList<AuxiliaryEntry> Parse(ReadOnlySpan<byte> bytes)
    {
        List<AuxiliaryEntry> entries = [];
        for (var rest = bytes; !rest.IsEmpty; rest = rest[EntrySize..])
        {
            if (rest.Length < EntrySize)
            {
                throw new ProcFormatException("auxv", "pairs of 8 bytes", rest);
            }

            var type = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            if (type == AT_NULL)
            {
                return entries;
            }

            entries.Add(new AuxiliaryEntry(type, BinaryPrimitives.ReadUInt64LittleEndian(rest[8..])));
        }

        return entries.Count == 0 ? entries : throw new ProcFormatException("auxv", "AT_NULL at the end", default);
    }
}
