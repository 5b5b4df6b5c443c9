using System.Threading.Channels;
using CrStream.Image;
using CrStream.Linux.Memory;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Memory;

/// <summary>
/// Writes the pages of an address space that are not the same anyway after a restore: of anonymous memory those that
/// were written, except zeros; of private file mappings those that differ from the file because they were written.
/// Shared mappings have their pages with the file.
/// </summary>
/// <remarks>
/// Pages go from the task straight into the image's buffer, at most a buffer's worth at once. The search for them goes
/// on beside, ahead of the reading, since it costs a tenth of that; it stops when enough regions wait.
/// </remarks>
internal sealed class PageWriter(ImageWriter image, Func<ValueTask> flush, int pageSize)
{
    /// <summary>How much is searched before the first pages of it are read, in bytes: long enough for one call, short enough to begin at once. Twice as much after nothing was found.</summary>
    private const ulong SearchLength = 64 << 20;

    /// <summary>Regions that were found and wait to be read.</summary>
    private const int RegionsAhead = 256;

    // Room for the pages and the object's head in one usual block.
    private readonly uint pagesAtOnce = (uint)(Abstractions.Block.UsualCapacity / pageSize) - 1;

    /// <summary>How many pages were written.</summary>
    public long Pages { get; private set; }

    /// <summary>About how many bytes an address space's pages will take.</summary>
    public static long Estimate(int tid)
    {
        var status = new ProcTask(tid).Status();
        return (long)(status.RssAnon + status.VmSwap);
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
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var found = Channel.CreateBounded<(VmaState Vma, PageRegion Region)>(RegionsAhead);
        var search = Task.Run(() => SearchAsync(tid, mm, found.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var (vma, region) in found.Reader.ReadAllAsync(cancellation))
            {
                for (var address = region.Start; address < region.End;)
                {
                    cancellation.ThrowIfCancellationRequested();
                    address += WriteSome(memory, anyMemory, vma, address, region.End, owner) * (ulong)pageSize;
                    await flush();
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await search;
        }
    }

    /// <summary>Finds the regions with pages. Ends the channel with what went wrong, and does not fail itself.</summary>
    private static async Task SearchAsync(int tid, MmState mm, ChannelWriter<(VmaState, PageRegion)> found, CancellationToken cancellation)
    {
        try
        {
            using var pagemap = new Pagemap(tid);
            foreach (var vma in mm.Vmas.Where(HasPages))
            {
                var (end, length) = (vma.Start, SearchLength);
                while (end < vma.End)
                {
                    var start = end;
                    end += Math.Min(vma.End - start, length);
                    length *= 2;
                    foreach (var region in pagemap.Regions(start, end, Query(pagemap)))
                    {
                        await found.WriteAsync((vma, region), cancellation);
                        length = SearchLength;
                    }
                }
            }

            found.Complete();
        }
        catch (Exception failure)
        {
            found.Complete(failure);
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
