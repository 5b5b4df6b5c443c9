using CrStream.Abstractions;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Memory;

/// <summary>
/// The rule by which a process that was born as another's copy keeps parts of its mappings: those that can become its own
/// by calls that leave the pages. Pure.
/// </summary>
internal static class InheritedMappings
{
    // What only mmap(2) sets, and never takes away.
    private const VmFlags Lasting = VmFlags.GrowsDown | VmFlags.NoReserve;

    // MADV_HUGEPAGE and MADV_NOHUGEPAGE take each other's place, and nothing takes the last one away.
    private const VmFlags HugePages = VmFlags.HugePage | VmFlags.NoHugePage;

    /// <summary>A part of an address space that two mappings have in common.</summary>
    /// <param name="Own">What it is to be.</param>
    /// <param name="From">What it is in the copy.</param>
    /// <param name="Start">The first address.</param>
    /// <param name="End">The address behind the last one.</param>
    internal readonly record struct Piece(VmaState Own, VmaState From, ulong Start, ulong End)
    {
        public ulong Length => End - Start;
    }

    /// <summary>The parts in which a mapping of a base can become one's own.</summary>
    /// <param name="own">One's own mappings in ascending order.</param>
    /// <param name="from">The base's.</param>
    /// <param name="sameFile">Whether two mappings are of one file object.</param>
    public static IEnumerable<Piece> Common(IReadOnlyList<VmaState> own, IReadOnlyList<VmaState> from, Func<VmaState, VmaState, bool> sameFile)
    {
        for (var (i, j) = (0, 0); i < own.Count && j < from.Count; (i, j) = own[i].End <= from[j].End ? (i + 1, j) : (i, j + 1))
        {
            var piece = new Piece(own[i], from[j], Math.Max(own[i].Start, from[j].Start), Math.Min(own[i].End, from[j].End));
            if (piece.Start < piece.End && CanBecome(piece.From, piece.Own) && sameFile(piece.Own, piece.From))
            {
                yield return piece;
            }
        }
    }

    /// <summary>The parts that a copy keeps: those with pages that it inherits.</summary>
    /// <exception cref="RestoreException">It is to inherit pages where it cannot.</exception>
    public static Piece[] Kept(MmState own, MmState from)
    {
        var kept = Common(own.Vmas, from.Vmas, (vma, other) => vma.File == other.File)
            .Select(piece => (Piece: piece, Bytes: own.Inherited.Within(piece.Start, piece.End).Aggregate(0UL, (sum, run) => sum + run.End - run.Start)))
            .Where(part => part.Bytes > 0)
            .ToArray();
        return kept.Aggregate(0UL, (sum, part) => sum + part.Bytes) == own.Inherited.Bytes
            ? [.. kept.Select(part => part.Piece)]
            : throw new RestoreException($"the image has process {own.Pid} inherit pages from process {from.Pid} where their mappings differ", "it is no image of crstream's");
    }

    /// <summary>The parts of one's own mappings that are not kept.</summary>
    /// <param name="own">The mappings.</param>
    /// <param name="kept">What is kept of them, in ascending order as they are.</param>
    public static IEnumerable<(VmaState Own, ulong Start, ulong End)> Missing(IReadOnlyList<VmaState> own, IReadOnlyList<Piece> kept)
    {
        var next = 0;
        foreach (var vma in own)
        {
            var start = vma.Start;
            for (; next < kept.Count && kept[next].Start < vma.End; next++)
            {
                if (kept[next].Start > start)
                {
                    yield return (vma, start, kept[next].Start);
                }

                start = kept[next].End;
            }

            if (start < vma.End)
            {
                yield return (vma, start, vma.End);
            }
        }
    }

    private static bool CanBecome(VmaState from, VmaState own) =>
        from.Kind == own.Kind
        && own.Kind != VmaKind.SharedFile
        && (own.Kind == VmaKind.Anonymous || from.Offset - from.Start == own.Offset - own.Start)
        && ((from.Flags ^ own.Flags) & Lasting) == 0
        && ((from.Flags & HugePages) == 0 || (own.Flags & HugePages) != 0);
}
