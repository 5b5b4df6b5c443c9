using System.Globalization;
using System.Runtime.InteropServices;
using CrStream.Abstractions;
using CrStream.Linux.Files;
using CrStream.Linux.Proc;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Linux.Memory;

/// <summary>
/// Which pages of a task's address space there are: /proc/PID/pagemap through PAGEMAP_SCAN
/// (Documentation/admin-guide/mm/pagemap.rst), or, before Linux 6.7, through its entries. Not for concurrent use.
/// </summary>
public sealed class Pagemap : IDisposable
{
    private const PageCategories EntryCategories =
        PageCategories.Written | PageCategories.File | PageCategories.Present | PageCategories.Swapped | PageCategories.SoftDirty | PageCategories.Guard;

    /// <summary>The sets that kernels know, the newest first: each newer one was added at the end.</summary>
    private static readonly PageCategories[] KnownSets = [Upto(PageCategories.Guard), Upto(PageCategories.SoftDirty), Upto(PageCategories.Huge)];

    private readonly int tid;
    private readonly SafeFileHandle file;
    private readonly bool useEntries;

    /// <summary>Opens the page map of a task; any of the thread group serves.</summary>
    /// <param name="tid">The task.</param>
    /// <param name="useEntries">True to read entries even where PAGEMAP_SCAN is there.</param>
    /// <exception cref="KernelException">ESRCH when the task is gone, EACCES without PTRACE_MODE_READ.</exception>
    public Pagemap(int tid, bool useEntries = false)
    {
        this.tid = tid;
        file = ProcFs.Open($"/proc/{tid}/pagemap", FileFlags.O_RDONLY);
        var known = KnownSets.FirstOrDefault(set => !useEntries && ScanNothing(set));
        this.useEntries = known == PageCategories.None;
        Supported = this.useEntries ? EntryCategories : known;
    }

    /// <summary>
    /// The categories that this kernel tells. Entries do not tell <see cref="PageCategories.ZeroFrame"/> (such pages are
    /// just present) nor <see cref="PageCategories.Huge"/>.
    /// </summary>
    public PageCategories Supported { get; }

    /// <summary>True where PAGEMAP_SCAN is not used, so that a scan costs a read of 8 bytes for each page of the range, untouched or not.</summary>
    public bool ReadsEntries => useEntries;

    /// <summary>
    /// Scans from a position on until the range ends or the buffer is full: call again until the position is the end.
    /// Two calls may give the two parts of one region.
    /// </summary>
    /// <param name="position">Where to begin, a multiple of the page size; moved to where the scan ended.</param>
    /// <param name="end">Where to end, a multiple of the page size. Inside the task's half of the address space.</param>
    /// <param name="query">Which pages; categories that are not supported are not returned.</param>
    /// <param name="regions">Receives the regions; not empty.</param>
    /// <returns>How many regions there are, in the order of addresses.</returns>
    /// <exception cref="KernelException">The scan failed: EINVAL for a condition on a category that is not supported.</exception>
    public int Scan(ref ulong position, ulong end, in PageQuery query, Span<PageRegion> regions)
    {
        if (((query.All | query.Any) & ~Supported) != 0)
        {
            throw Failure("PAGEMAP_SCAN", ErrorNumber.EINVAL, position);
        }

        return useEntries ? ScanEntries(ref position, end, query, regions) : ScanCategories(ref position, end, query, regions);
    }

    /// <summary>All regions of a range, as <see cref="Scan"/> gives them, parts joined.</summary>
    /// <exception cref="KernelException">The scan failed.</exception>
    public IEnumerable<PageRegion> Regions(ulong start, ulong end, PageQuery query)
    {
        var batch = new PageRegion[256];
        PageRegion? open = null;
        for (var position = start; position < end;)
        {
            var count = Scan(ref position, end, query, batch);
            for (var i = 0; i < count; i++)
            {
                if (open is { } last && last.End == batch[i].Start && last.Categories == batch[i].Categories)
                {
                    open = last with { End = batch[i].End };
                    continue;
                }

                if (open is { } complete)
                {
                    yield return complete;
                }

                open = batch[i];
            }
        }

        if (open is { } final)
        {
            yield return final;
        }
    }

    /// <summary>Reads the entries of pages that follow one another.</summary>
    /// <param name="address">The first page's, a multiple of the page size.</param>
    /// <param name="entries">Receives them.</param>
    /// <exception cref="KernelException">They could not be read.</exception>
    public unsafe void ReadEntries(ulong address, Span<PagemapEntry> entries)
    {
        var page = (ulong)Environment.SystemPageSize;
        fixed (PagemapEntry* into = entries)
        {
            for (var done = 0; done < entries.Length;)
            {
                var position = address + ((ulong)done * page);
                var got = FileCalls.pread(file, (byte*)(into + done), (nuint)(entries.Length - done) * PagemapEntry.Size, (long)(position / page * PagemapEntry.Size));
                if (got < PagemapEntry.Size)
                {
                    throw Failure("read of pagemap", got < 0 ? Marshal.GetLastPInvokeError() : ErrorNumber.EFAULT, position);
                }

                done += (int)(got / PagemapEntry.Size);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static PageCategories Upto(PageCategories last) => (PageCategories)(((ulong)last << 1) - 1);

    private static PageCategories CategoriesOf(PagemapEntry entry)
        => (entry.IsWriteProtected ? 0 : PageCategories.Written)
            | (entry.IsFile ? PageCategories.File : 0)
            | (entry.IsPresent ? PageCategories.Present : 0)
            | (entry.IsSwapped ? PageCategories.Swapped : 0)
            | (entry.IsSoftDirty ? PageCategories.SoftDirty : 0)
            | (entry.IsGuard ? PageCategories.Guard : 0);

    private unsafe bool ScanNothing(PageCategories returned)
    {
        var argument = new PagemapScanArgument { Size = (ulong)sizeof(PagemapScanArgument), ReturnMask = returned };
        if (FileCalls.ioctl(file, PagemapScanArgument.PAGEMAP_SCAN, (byte*)&argument) >= 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error is ErrorNumber.EINVAL or ErrorNumber.ENOTTY ? false : throw Failure("PAGEMAP_SCAN", error, 0);
    }

    private unsafe int ScanCategories(ref ulong position, ulong end, in PageQuery query, Span<PageRegion> regions)
    {
        fixed (PageRegion* vector = regions)
        {
            var argument = new PagemapScanArgument
            {
                Size = (ulong)sizeof(PagemapScanArgument),
                Start = position,
                End = end,
                Vector = (ulong)vector,
                VectorLength = (ulong)regions.Length,
                CategoryInverted = query.Inverted & Supported,
                CategoryMask = query.All,
                CategoryAnyOfMask = query.Any,
                ReturnMask = query.Return & Supported,
            };
            int count;
            while ((count = FileCalls.ioctl(file, PagemapScanArgument.PAGEMAP_SCAN, (byte*)&argument)) < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error != ErrorNumber.EINTR)
                {
                    throw Failure("PAGEMAP_SCAN", error, position);
                }
            }

            position = argument.WalkEnd;
            return count;
        }
    }

    private int ScanEntries(ref ulong position, ulong end, in PageQuery query, Span<PageRegion> regions)
    {
        const int batch = 512;
        var page = (ulong)Environment.SystemPageSize;
        Span<PagemapEntry> entries = stackalloc PagemapEntry[batch];
        var count = 0;
        while (position < end)
        {
            var some = entries[..(int)Math.Min(batch, (end - position) / page)];
            ReadEntries(position, some);
            for (var i = 0; i < some.Length; i++, position += page)
            {
                var categories = CategoriesOf(some[i]);
                var returned = categories & query.Return;
                if (!query.Matches(categories))
                {
                    continue;
                }

                if (count > 0 && regions[count - 1].End == position && regions[count - 1].Categories == returned)
                {
                    regions[count - 1] = regions[count - 1] with { End = position + page };
                }
                else if (count == regions.Length)
                {
                    return count;
                }
                else
                {
                    regions[count++] = new PageRegion(position, position + page, returned);
                }
            }
        }

        return count;
    }

    private KernelException Failure(string call, int error, ulong address)
        => new(call, error, string.Create(CultureInfo.InvariantCulture, $"of task {tid} at 0x{address:x}"));
}
