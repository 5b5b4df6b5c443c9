using CrStream.Image;
using CrStream.Linux.Memory;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Memory;

/// <summary>
/// Writes the pages of an address space that are not the same anyway after a restore: of anonymous memory those that
/// were written, except zeros; of private file mappings those that differ from the file because they were written.
/// Shared mappings have their pages with the file.
/// </summary>
/// <remarks>Pages go from the task straight into the image's buffer, at most a buffer's worth at once.</remarks>
internal sealed class PageWriter(ImageWriter image, Func<ValueTask> flush, int pageSize)
{
    // Room for the pages and the object's head in one usual block.
    private readonly uint pagesAtOnce = (uint)(Abstractions.Block.UsualCapacity / pageSize) - 1;

    /// <summary>How many pages were written.</summary>
    public long Pages { get; private set; }

    /// <summary>How many bytes an address space's pages will take at most.</summary>
    public static long Estimate(int tid, MmState mm)
    {
        using var pagemap = new Pagemap(tid);
        return mm.Vmas.Where(HasPages).SelectMany(vma => pagemap.Regions(vma.Start, vma.End, Query(pagemap))).Sum(region => (long)region.Length);
    }

    /// <summary>Writes the pages of all mappings.</summary>
    /// <param name="tid">A task that has the address space; frozen.</param>
    /// <param name="mm">Its mappings.</param>
    /// <param name="owner">The mm object's id.</param>
    /// <param name="cancellation">Ends it between two buffers.</param>
    public async Task WriteAsync(int tid, MmState mm, ulong owner, CancellationToken cancellation)
    {
        var memory = new ProcessMemory(tid);
        using var anyMemory = TaskMemory.Open(tid);
        using var pagemap = new Pagemap(tid);
        foreach (var vma in mm.Vmas.Where(HasPages))
        {
            foreach (var region in pagemap.Regions(vma.Start, vma.End, Query(pagemap)))
            {
                for (var address = region.Start; address < region.End;)
                {
                    cancellation.ThrowIfCancellationRequested();
                    address += WriteSome(memory, anyMemory, vma, address, region.End, owner) * (ulong)pageSize;
                    await flush();
                }
            }
        }
    }

    private static bool HasPages(VmaState vma) => vma.Kind != VmaKind.SharedFile;

    private static PageQuery Query(Pagemap pagemap)
    {
        // Neither the zero page nor a guard nor, in a file's mapping, a page of the file itself.
        var excluded = (PageCategories.ZeroFrame | PageCategories.File | PageCategories.Guard) & pagemap.Supported;
        return new(PageCategories.None, All: excluded, Any: PageCategories.Present | PageCategories.Swapped, Inverted: excluded);
    }

    /// <returns>How many pages were dealt with, from the address on.</returns>
    private uint WriteSome(ProcessMemory memory, TaskMemory anyMemory, VmaState vma, ulong address, ulong end, ulong owner)
    {
        var count = (uint)Math.Min(pagesAtOnce, (end - address) / (ulong)pageSize);
        var room = image.BeginPages(owner, address, count, 0).Span;
        if (vma.Protection.HasFlag(Protection.Read))
        {
            memory.Read(address, room);
        }
        else
        {
            anyMemory.Read(address, room);
        }

        if (vma.Kind != VmaKind.Anonymous)
        {
            return End(count, count);
        }

        // Zeros are left out. What follows them is read again, into its own object: they are rare.
        var nonZero = PagesBefore(room, zero: true);
        return nonZero == count ? End(count, count) : nonZero > 0 ? End(nonZero, nonZero) : End(0, PagesBefore(room, zero: false));
    }

    private uint End(uint written, uint done)
    {
        image.EndPages(written);
        Pages += written;
        return done;
    }

    /// <summary>How many pages come before the first one that is zero, or is not.</summary>
    private uint PagesBefore(ReadOnlySpan<byte> pages, bool zero)
    {
        var count = 0u;
        for (; !pages.IsEmpty && !pages[..pageSize].ContainsAnyExcept((byte)0) != zero; pages = pages[pageSize..])
        {
            count++;
        }

        return count;
    }
}
