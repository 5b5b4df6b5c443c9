using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>
/// Raw pages on their way into an image, in a block of their own: several can be filled at the same time, and each is
/// passed on without being copied. Zero pages can be left out again, which makes several objects of one batch.
/// </summary>
/// <remarks>Whoever makes it owns it until <see cref="ImageWriter.Write(PagesBatch)"/> takes it, or disposes of it.</remarks>
public sealed class PagesBatch : IDisposable
{
    private const int HeadLength = ObjectHead.Length + PagesHead.Length;

    private readonly Block block;
    private readonly PagesHead head;
    private readonly int pageSize;

    /// <summary>Makes room for pages.</summary>
    /// <param name="pageSize">The image's page size, in bytes.</param>
    /// <param name="owner">The id of the object that the pages belong to.</param>
    /// <param name="address">Where the first page belongs, in bytes.</param>
    /// <param name="count">How many pages, from 1 to what one object takes.</param>
    /// <param name="flags">Of the owner's own meaning.</param>
    /// <exception cref="InvalidOperationException">There can be no such pages.</exception>
    public PagesBatch(int pageSize, ulong owner, ulong address, uint count, uint flags = 0)
    {
        (this.pageSize, head) = (pageSize, new(owner, address, count, flags));
        if (count > Most(pageSize) || head.FindFault(pageSize) is not null)
        {
            throw new InvalidOperationException($"pages cannot be written: {head.FindFault(pageSize) ?? $"{count} pages are more than the {Most(pageSize)} of one object"}");
        }

        block = Block.Rent(LengthOf(count));
        Close(0, head);
        block.Length = LengthOf(count);
        Objects = 1;
    }

    /// <summary>The room for the pages, to be filled.</summary>
    public Span<byte> Pages => block.Buffer.Span[HeadLength..LengthOf(head.Count)];

    /// <summary>How many objects it makes.</summary>
    internal ulong Objects { get; private set; }

    /// <summary>The id of the object that the pages belong to.</summary>
    internal ulong Owner => head.Owner;

    /// <summary>The page size that it was made for, in bytes.</summary>
    internal int PageSize => pageSize;

    /// <summary>How many pages are left in it.</summary>
    public uint Kept => (uint)((block.Length - ((int)Objects * HeadLength)) / pageSize);

    /// <summary>How many pages of a size one object takes.</summary>
    public static uint Most(int pageSize) => (uint)((ImageLimits.MaximumObjectLength - HeadLength) / pageSize);

    /// <summary>How many pages of a size fill a usual block.</summary>
    public static uint Usual(int pageSize) => (uint)((Block.UsualCapacity - HeadLength) / pageSize);

    /// <summary>Leaves out the pages that are zero; once, after the pages have been filled in.</summary>
    public void LeaveOutZeros()
    {
        // A page that is left out makes more than the room that the next object's head takes, so nothing is overwritten
        // that has not been moved before.
        var (read, written) = (0u, 0);
        Objects = 0;
        while (read < head.Count)
        {
            read += Run(read, zero: true);
            var run = Run(read, zero: false);
            if (run == 0)
            {
                continue;
            }

            var from = HeadLength + ((int)read * pageSize);
            if (from != written + HeadLength)
            {
                block.Buffer.Span.Slice(from, (int)run * pageSize).CopyTo(block.Buffer.Span[(written + HeadLength)..]);
            }

            Close(written, head with { Address = head.Address + (read * (ulong)pageSize), Count = run });
            written += LengthOf(run);
            read += run;
            Objects++;
        }

        block.Length = written;
    }

    /// <inheritdoc/>
    public void Dispose() => block.Dispose();

    /// <summary>The whole objects; whoever takes them owns them.</summary>
    internal Block Take() => block;

    private int LengthOf(uint pages) => HeadLength + ((int)pages * pageSize);

    private void Close(int at, PagesHead run)
    {
        var span = block.Buffer.Span[at..];
        new ObjectHead(CoreTypes.PagesNumber, LengthOf(run.Count)).Write(span);
        run.Write(span[ObjectHead.Length..]);
    }

    /// <summary>How many pages from one on are zero, or are not. Looks only at pages that have not been moved yet.</summary>
    private uint Run(uint first, bool zero)
    {
        var count = 0u;
        for (var pages = block.Buffer.Span[(HeadLength + ((int)first * pageSize))..LengthOf(head.Count)];
            !pages.IsEmpty && !pages[..pageSize].ContainsAnyExcept((byte)0) == zero;
            pages = pages[pageSize..])
        {
            count++;
        }

        return count;
    }
}
