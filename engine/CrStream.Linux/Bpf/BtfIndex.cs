using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CrStream.Abstractions;

namespace CrStream.Linux.Bpf;

/// <summary>
/// Finds the records of a BTF type section, which stand one behind the other and are named by their position: the one
/// pass that BTF needs before anything can be looked up in it.
/// </summary>
internal static class BtfIndex
{
    /// <summary>Words of every type: name_off, info, and size or type.</summary>
    public const int HeaderWords = 3;

    // What follows the three words, by kind: words once, and words for each of the vlen entries.
    private static ReadOnlySpan<byte> FixedWords => [0, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0];

    private static ReadOnlySpan<byte> EntryWords => [0, 0, 0, 0, 3, 3, 2, 0, 0, 0, 0, 0, 0, 2, 0, 3, 0, 0, 0, 3];

    /// <summary>The first word of each type by its id; id 0 is void and has none.</summary>
    /// <remarks>Runs once, over 100,000s of types: the tiers of the JIT would only be in the way.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int[] Build(ReadOnlySpan<byte> types)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(types);
        var starts = new int[words.Length / HeaderWords + 1];
        int count = 1;
        int word = 0;
        while (word < words.Length)
        {
            uint info = word + 1 < words.Length ? words[word + 1] : uint.MaxValue;
            int kind = Kind(info);
            if (kind >= FixedWords.Length)
                throw new CheckpointException(
                    $"BTF has a type of the unknown kind {kind} at byte {word * sizeof(uint)} of its types",
                    "this kernel is newer than what this version of crstream knows");

            starts[count++] = word;
            word += HeaderWords + FixedWords[kind] + EntryWords[kind] * Entries(info);
        }

        if (word != words.Length)
            throw new CheckpointException($"BTF ends inside type {count - 1}");

        Array.Resize(ref starts, count);
        return starts;
    }

    /// <summary>Bits 24 to 28 of a type's info: its kind.</summary>
    public static int Kind(uint info) => (int)(info >> 24) & 0x1f;

    /// <summary>Bits 0 to 15 of a type's info: the number of its entries.</summary>
    public static int Entries(uint info) => (int)(info & 0xffff);

    /// <summary>Bit 31 of a type's info: in a structure, the members' offsets carry a bit field's size above bit 23.</summary>
    public static bool HasBitFields(uint info) => info >> 31 != 0;
}
