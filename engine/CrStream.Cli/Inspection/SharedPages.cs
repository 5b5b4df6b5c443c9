using CrStream.Abstractions;
using CrStream.Image;

namespace CrStream.Cli;

/// <summary>The pages that address spaces have copy-on-write from others of the image, which holds them once.</summary>
internal static class SharedPages
{
    // More than any address space has, and little enough to be multiplied by any page's size.
    private const ulong Most = 1UL << 46;

    /// <summary>How many an mm object has from its base: every second number of <c>inherited</c>.</summary>
    public static long Of(Fields mm) =>
        mm.FindReference("base") is null ? 0 : mm.FindItems("inherited").Where((_, index) => index % 2 != 0).Aggregate(0L, (sum, pages) => Add(sum, pages.OrNumber() ?? 0));

    /// <summary>How many all have: what the image would hold more without.</summary>
    public static long Of(ImageContents contents) =>
        contents.Objects.Where(item => item.Type == CoreTypes.Mm).Aggregate(0L, (sum, mm) => Add(sum, (ulong)Of(mm.Fields)));

    /// <summary>The process from which an mm object has them.</summary>
    public static ulong? With(Fields mm, Func<ulong?, DescribedObject?> find) => find(mm.FindReference("base"))?.Fields.FindNumber("pid");

    /// <summary>Adds as far as there can be pages: a made-up image may claim more.</summary>
    private static long Add(long sum, ulong pages) => (long)Math.Min((ulong)sum + Math.Min(pages, Most), Most);
}
