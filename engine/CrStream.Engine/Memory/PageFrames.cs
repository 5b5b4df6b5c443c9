using CrStream.Linux.Memory;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Memory;

/// <summary>
/// Which page frames, or places in the swap space, a frozen address space has its private pages in. Two that have the
/// same one at an address share that page copy-on-write, since the fork that made one out of the other.
/// </summary>
internal sealed class PageFrames
{
    private const int EntriesAtOnce = 1 << 15;

    // PM_PFRAME (page frame number, or swap type and offset), PM_SWAP and PM_PRESENT of fs/proc/task_mmu.c.
    private const ulong Place = ((1UL << 55) - 1) | (1UL << 62) | (1UL << 63);
    private const ulong Number = (1UL << 55) - 1;

    private readonly List<(ulong Start, ulong[] Frames)> regions = [];

    /// <summary>Notes pages that follow one another; those without a frame, or that are mapped nowhere else, are of no interest.</summary>
    /// <param name="start">The first one's address, behind all that was added before.</param>
    /// <param name="entries">What the page map says of them.</param>
    public void Add(ulong start, ReadOnlySpan<PagemapEntry> entries)
    {
        var frames = new ulong[entries.Length];
        for (var i = 0; i < frames.Length; i++)
        {
            // The number is 0 for a reader without CAP_SYS_ADMIN: then nothing is known to be shared. A page that is
            // mapped here only may have come by the frame of a shared one that has been moved meanwhile.
            frames[i] = entries[i].IsExclusive || (entries[i].Bits & Number) == 0 ? 0 : entries[i].Bits & Place;
        }

        regions.Add((start, frames));
    }

    /// <summary>Reads those of an address space.</summary>
    /// <param name="tid">A task that has it; frozen.</param>
    /// <param name="vmas">Its mappings in ascending order.</param>
    public static PageFrames Read(int tid, IEnumerable<VmaState> vmas)
    {
        var page = (ulong)System.Environment.SystemPageSize;
        var frames = new PageFrames();
        using var pagemap = new Pagemap(tid);
        var entries = new PagemapEntry[EntriesAtOnce];
        foreach (var region in vmas.Where(vma => vma.Kind != VmaKind.SharedFile).SelectMany(vma => pagemap.Regions(vma.Start, vma.End, PageWriter.Query(pagemap))))
        {
            for (var address = region.Start; address < region.End;)
            {
                var some = entries.AsSpan(0, (int)Math.Min((ulong)entries.Length, (region.End - address) / page));
                pagemap.ReadEntries(address, some);
                frames.Add(address, some);
                address += (ulong)some.Length * page;
            }
        }

        return frames;
    }

    /// <summary>The runs of pages that two address spaces share, in ascending order.</summary>
    public static IReadOnlyList<(ulong Start, ulong End)> Shared(PageFrames one, PageFrames other)
    {
        var page = (ulong)System.Environment.SystemPageSize;
        var runs = new List<(ulong Start, ulong End)>();
        for (var (i, j) = (0, 0); i < one.regions.Count && j < other.regions.Count;)
        {
            var ((start, frames), (otherStart, otherFrames)) = (one.regions[i], other.regions[j]);
            var (end, otherEnd) = (start + ((ulong)frames.Length * page), otherStart + ((ulong)otherFrames.Length * page));
            for (var address = Math.Max(start, otherStart); address < Math.Min(end, otherEnd); address += page)
            {
                var frame = frames[(address - start) / page];
                if (frame == 0 || frame != otherFrames[(address - otherStart) / page])
                {
                    continue;
                }

                if (runs.Count > 0 && runs[^1].End == address)
                {
                    runs[^1] = (runs[^1].Start, address + page);
                }
                else
                {
                    runs.Add((address, address + page));
                }
            }

            (i, j) = end <= otherEnd ? (i + 1, j) : (i, j + 1);
        }

        return runs;
    }
}
