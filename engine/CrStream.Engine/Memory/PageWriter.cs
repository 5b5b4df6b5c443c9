using System.Threading.Tasks.Dataflow;
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
/// A search finds the pages, readers take them from the task side by side, each into a block of its own, and the blocks
/// go into the image in order. The search sends to the readers, and waits while they have enough; the readers wait
/// while nobody takes what they have read. Nobody waits the other way, so there is no deadlock. What fails ends the
/// readers' block, and with it the search.
/// </remarks>
internal sealed class PageWriter(ImageWriter image, Func<ValueTask> flush, int pageSize)
{
    /// <summary>How much is searched before the first pages of it are read, in bytes: long enough for one call, short enough to begin at once. Twice as much after nothing was found.</summary>
    private const ulong SearchLength = 64 << 20;

    /// <summary>Batches that are being read or wait for the image: one each reader works on, and one ready behind it.</summary>
    private const int BatchesByReader = 2;

    /// <summary>Two readers do half as much again as one; more gain nothing, since the memory is what they wait for.</summary>
    private static readonly int Readers = Math.Min(2, System.Environment.ProcessorCount);

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
    /// <param name="cancellation">Ends it between two batches.</param>
    public async Task WriteAsync(int tid, MmState mm, ulong owner, CancellationToken cancellation)
    {
        var memory = new ProcessMemory(tid);
        using var anyMemory = TaskMemory.Open(tid);
        var readers = new TransformBlock<Range, PagesBatch>(
            range => Read(memory, anyMemory, range, owner),
            new() { MaxDegreeOfParallelism = Readers, BoundedCapacity = Readers * BatchesByReader, SingleProducerConstrained = true, CancellationToken = cancellation });
        var search = Task.Run(() => SearchAsync(tid, mm, readers), CancellationToken.None);
        try
        {
            while (await readers.OutputAvailableAsync(CancellationToken.None))
            {
                while (readers.TryReceive(out var batch))
                {
                    image.Write(batch);
                    await flush();
                }
            }

            await readers.Completion;
        }
        finally
        {
            ((IDataflowBlock)readers).Fault(new OperationCanceledException("the pages are no longer wanted"));
            await search;
        }
    }

    /// <summary>Finds the regions with pages. Ends the readers with what went wrong, and does not fail itself.</summary>
    private async Task SearchAsync(int tid, MmState mm, ITargetBlock<Range> readers)
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
                        foreach (var (from, to) in mm.Inherited.Outside(region.Start, region.End))
                        {
                            if (!await SendAsync(vma, region with { Start = from, End = to }, readers))
                            {
                                return;
                            }
                        }

                        length = SearchLength;
                    }
                }
            }

            readers.Complete();
        }
        catch (Exception failure)
        {
            readers.Fault(failure);
        }
    }

    private async ValueTask<bool> SendAsync(VmaState vma, PageRegion region, ITargetBlock<Range> readers)
    {
        for (var address = region.Start; address < region.End;)
        {
            var count = (uint)Math.Min(PagesBatch.Usual(pageSize), (region.End - address) / (ulong)pageSize);
            if (!await readers.SendAsync(new(vma, address, count)))
            {
                return false;
            }

            address += count * (ulong)pageSize;
        }

        return true;
    }

    private PagesBatch Read(ProcessMemory memory, TaskMemory anyMemory, Range range, ulong owner)
    {
        var batch = new PagesBatch(pageSize, owner, range.Address, range.Count);

        // process_vm_readv pins pages, and to pin one that is shared copy-on-write ends the sharing (mm/internal.h,
        // gup_must_unshare): the task would go on with a copy of its own.
        if (range.Vma.Protection.HasFlag(Protection.Read) && !range.Vma.HasSharedPages)
        {
            memory.Read(range.Address, batch.Pages);
        }
        else
        {
            anyMemory.Read(range.Address, batch.Pages);
        }

        if (range.Vma.Kind == VmaKind.Anonymous)
        {
            batch.LeaveOutZeros();
        }

        return batch;
    }

    private static bool HasPages(VmaState vma) => vma.Kind != VmaKind.SharedFile;

    /// <summary>Finds the pages of private mappings that belong to the address space.</summary>
    internal static PageQuery Query(Pagemap pagemap)
    {
        // Neither the zero page nor a guard nor, in a file's mapping, a page of the file itself.
        var excluded = (PageCategories.ZeroFrame | PageCategories.File | PageCategories.Guard) & pagemap.Supported;
        return new(PageCategories.None, All: excluded, Any: PageCategories.Present | PageCategories.Swapped, Inverted: excluded);
    }

    /// <summary>So many pages that stand together in one mapping.</summary>
    private readonly record struct Range(VmaState Vma, ulong Address, uint Count);
}
