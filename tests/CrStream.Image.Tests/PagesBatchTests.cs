using CrStream.Abstractions;
using CsCheck;
using Xunit;

namespace CrStream.Image.Tests;

public sealed class PagesBatchTests
{
    private const int PageSize = 4096;
    private const ulong Start = 0x10000;

    [Fact]
    public void Every_page_but_the_zero_ones_comes_back_at_its_address() => Gen.Byte[0, 3].Array[1, 60].Sample(
        fillings =>
        {
            var batch = new PagesBatch(PageSize, 1, Start, (uint)fillings.Length, flags: 5);
            for (var i = 0; i < fillings.Length; i++)
            {
                // The last byte alone tells a page from a zero one.
                batch.Pages.Slice(i * PageSize, PageSize).Clear();
                batch.Pages[((i + 1) * PageSize) - 1] = fillings[i];
            }

            batch.LeaveOutZeros();
            Assert.Equal((uint)fillings.Count(filling => filling != 0), batch.Kept);
            var image = new MemoryImage(Samples.Header);
            image.Writer.WriteObject(Samples.Number(CoreTypes.Mm), []);
            image.Writer.Write(batch);
            var read = new byte[fillings.Length];
            _ = Samples.ReadAllAsync(new MemoryStream(image.Seal()), Note).Result;
            Assert.Equal(fillings, read);

            void Note(ImageObject seen)
            {
                if (seen is not PagesObject pages) return;
                Assert.Equal((1ul, 5u), (pages.Owner, pages.Flags));
                for (var i = 0; i < pages.Count; i++)
                {
                    Assert.False(pages.Bytes.Span.Slice(i * PageSize, PageSize - 1).ContainsAnyExcept((byte)0));
                    read[(int)(((pages.Address - Start) / PageSize) + (ulong)i)] = pages.Bytes.Span[((i + 1) * PageSize) - 1];
                }
            }
        },
        iter: 300);

    [Fact]
    public void Pages_that_are_all_zero_leave_no_trace()
    {
        var image = new MemoryImage(Samples.Header);
        image.Writer.WriteObject(Samples.Number(CoreTypes.Mm), []);
        var (objects, bytes) = (image.Writer.Objects, image.Writer.Bytes);
        var batch = Samples.Pages(1, Start, 9);
        batch.LeaveOutZeros();
        image.Writer.Write(batch);
        Assert.Equal((objects, bytes), (image.Writer.Objects, image.Writer.Bytes));
    }
}
