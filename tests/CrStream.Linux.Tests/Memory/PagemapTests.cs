using CrStream.Abstractions;
using CrStream.Linux.Memory;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Tests.Memory;

public sealed class PagemapTests
{
    private const PageCategories Common = PageCategories.Present | PageCategories.Swapped | PageCategories.File | PageCategories.Guard;

    /// <summary>
    /// On a kernel before 6.13 there are no guard regions, so these tests need a newer one, as the kernel notes say.
    /// </summary>
    private static TestMapping CreateMapping()
    {
        var mapping = new TestMapping(256);
        mapping.Bytes[0] = 1;
        mapping.Bytes[(5 * 4096) + 1] = 1;
        mapping.Bytes[(6 * 4096) + 1] = 1;
        mapping.Advise(10, 2, TestMapping.MADV_GUARD_INSTALL);
        return mapping;
    }

    [Fact]
    public void A_scan_tells_touched_read_guarded_and_untouched_pages_apart()
    {
        using var mapping = CreateMapping();
        Assert.Equal(0, mapping.Bytes[3 * 4096]);
        using var pagemap = new Pagemap(Environment.ProcessId);
        const PageCategories interesting = PageCategories.Present | PageCategories.ZeroFrame | PageCategories.Guard;

        var regions = pagemap.Regions(mapping.Start, mapping.End, new PageQuery(interesting, Any: interesting));

        Assert.False(pagemap.ReadsEntries);
        Assert.Equal(
            [
                new PageRegion(mapping.Page(0), mapping.Page(1), PageCategories.Present),
                new PageRegion(mapping.Page(3), mapping.Page(4), PageCategories.Present | PageCategories.ZeroFrame),
                new PageRegion(mapping.Page(5), mapping.Page(7), PageCategories.Present),
                new PageRegion(mapping.Page(10), mapping.Page(12), PageCategories.Guard),
            ],
            regions);
    }

    [Fact]
    public void Conditions_choose_the_pages()
    {
        using var mapping = CreateMapping();
        Assert.Equal(0, mapping.Bytes[3 * 4096]);
        using var pagemap = new Pagemap(Environment.ProcessId);

        var written = pagemap.Regions(
            mapping.Start, mapping.End, new PageQuery(PageCategories.Present, PageCategories.Present | PageCategories.ZeroFrame, Inverted: PageCategories.ZeroFrame));

        Assert.Equal([mapping.Page(0), mapping.Page(5)], written.Select(region => region.Start));
    }

    [Fact]
    public void Entries_tell_what_each_page_is()
    {
        using var mapping = CreateMapping();
        using var pagemap = new Pagemap(Environment.ProcessId);
        var entries = new PagemapEntry[12];

        pagemap.ReadEntries(mapping.Start, entries);

        Assert.Equal([0, 5, 6], Enumerable.Range(0, 12).Where(page => entries[page].IsPresent && entries[page].IsExclusive));
        Assert.Equal([10, 11], Enumerable.Range(0, 12).Where(page => entries[page].IsGuard));
        Assert.Throws<KernelException>(() => pagemap.ReadEntries(1UL << 60, entries));
    }

    [Fact]
    public void Entries_and_scan_agree()
    {
        using var mapping = CreateMapping();
        using var scan = new Pagemap(Environment.ProcessId);
        using var entries = new Pagemap(Environment.ProcessId, useEntries: true);

        var query = new PageQuery(Common, Any: Common);

        Assert.True(entries.ReadsEntries);
        Assert.Equal(scan.Regions(mapping.Start, mapping.End, query), entries.Regions(mapping.Start, mapping.End, query));
        Assert.Equal(3, entries.Regions(mapping.Start, mapping.End, query).Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_small_buffer_is_filled_again_and_again(bool useEntries)
    {
        using var mapping = CreateMapping();
        using var pagemap = new Pagemap(Environment.ProcessId, useEntries);
        var one = new PageRegion[1];
        List<PageRegion> regions = [];

        for (var position = mapping.Start; position < mapping.End;)
        {
            var count = pagemap.Scan(ref position, mapping.End, new PageQuery(Common, Any: Common), one);
            regions.AddRange(one.AsSpan(0, count));
        }

        Assert.Equal(pagemap.Regions(mapping.Start, mapping.End, new PageQuery(Common, Any: Common)), regions);
    }

    [Fact]
    public void This_kernel_tells_all_categories()
    {
        using var pagemap = new Pagemap(Environment.ProcessId);

        Assert.Equal((PageCategories)0x1ff, pagemap.Supported);
    }

    [Fact]
    public void A_condition_on_what_entries_do_not_tell_is_refused()
    {
        using var entries = new Pagemap(Environment.ProcessId, useEntries: true);
        var position = 0x10000ul;

        var error = Assert.Throws<KernelException>(
            () => entries.Scan(ref position, 0x20000, new PageQuery(PageCategories.Present, PageCategories.ZeroFrame), new PageRegion[1]));

        Assert.Equal(ErrorNumber.EINVAL, error.Error);
    }

    [Fact]
    public void The_kernel_refuses_an_address_beyond_the_task()
    {
        using var pagemap = new Pagemap(Environment.ProcessId);
        var position = 0ul;

        var error = Assert.Throws<KernelException>(() => pagemap.Scan(ref position, ulong.MaxValue & ~4095ul, new PageQuery(PageCategories.Present), new PageRegion[1]));

        Assert.Equal(ErrorNumber.EFAULT, error.Error);
    }
}
