using CrStream.Abstractions;
using CrStream.Engine.Memory;
using CrStream.Linux.Proc;
using static CrStream.Engine.Tests.Memory.MmSample;

namespace CrStream.Engine.Tests.Memory;

public sealed class InheritedMappingsTests
{
    [Fact]
    public void Mappings_have_in_common_what_lies_in_both()
    {
        VmaState[] own = [Anonymous(10, 40), OfFile(50, 60, 1, 5)];
        VmaState[] from = [Anonymous(5, 15), Anonymous(20, 30), Anonymous(35, 45), OfFile(48, 55, 1, 3)];
        Assert.Equal([Pages(10, 15), Pages(20, 30), Pages(35, 40), Pages(50, 55)], Common(own, from));
    }

    [Fact]
    public void Mappings_that_cannot_become_alike_have_nothing_in_common()
    {
        (VmaState Own, VmaState From)[] pairs =
        [
            (Anonymous(1, 9), OfFile(1, 9, 1, 0)),
            (OfFile(1, 9, 1, 0), OfFile(1, 9, 1, 1)),
            (OfFile(1, 9, 1, 0), OfFile(1, 9, 2, 0)),
            (OfFile(1, 9, 1, 0, VmaKind.SharedFile), OfFile(1, 9, 1, 0, VmaKind.SharedFile)),
            (Anonymous(1, 9, VmFlags.GrowsDown), Anonymous(1, 9)),
            (Anonymous(1, 9), Anonymous(1, 9, VmFlags.NoReserve)),
            (Anonymous(1, 9), Anonymous(1, 9, VmFlags.HugePage)),
        ];
        Assert.All(pairs, pair => Assert.Empty(Common([pair.Own], [pair.From])));
        Assert.Single(Common([Anonymous(1, 9, VmFlags.HugePage | VmFlags.DontDump)], [Anonymous(1, 9, VmFlags.NoHugePage | VmFlags.Mergeable) with { Protection = Protection.None, Name = "x" }]));
    }

    [Fact]
    public void Only_mappings_with_inherited_pages_are_kept_and_the_rest_is_missing()
    {
        var from = State(1, 100, Anonymous(10, 20), Anonymous(30, 40), OfFile(50, 60, 1, 0));
        var own = State(2, 100, Anonymous(10, 25), Anonymous(30, 40), OfFile(50, 60, 1, 0)) with { Inherited = InheritedPages.Of([Pages(12, 13), Pages(18, 20), Pages(55, 56)]) };
        var kept = InheritedMappings.Kept(own, from);
        Assert.Equal([Pages(10, 20), Pages(50, 60)], kept.Select(piece => (piece.Start, piece.End)));
        Assert.Equal([Pages(20, 25), Pages(30, 40)], InheritedMappings.Missing(own.Vmas, kept).Select(part => (part.Start, part.End)));
    }

    [Fact]
    public void Kept_and_missing_parts_make_up_each_mapping()
    {
        var own = new[] { Anonymous(10, 20), Anonymous(20, 30), Anonymous(40, 50) };
        var kept = InheritedMappings.Common(own, [Anonymous(12, 14), Anonymous(18, 22), Anonymous(28, 45)], (_, _) => true).ToArray();
        Assert.Equal(
            [Pages(10, 12), Pages(14, 18), Pages(22, 28), Pages(45, 50)],
            InheritedMappings.Missing(own, kept).Select(part => (part.Start, part.End)));
    }

    [Fact]
    public void Pages_that_no_common_mapping_has_are_refused()
    {
        var from = State(1, 100, Anonymous(10, 20));
        foreach (var run in new[] { Pages(19, 21), Pages(30, 31), Pages(9, 10) })
        {
            var own = State(2, 100, Anonymous(5, 40)) with { Inherited = InheritedPages.Of([run]) };
            var refused = Assert.Throws<RestoreException>(() => InheritedMappings.Kept(own, from));
            Assert.Contains("process 2 inherit pages from process 1", refused.Message, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<(ulong Start, ulong End)> Common(IReadOnlyList<VmaState> own, IReadOnlyList<VmaState> from) =>
        InheritedMappings.Common(own, from, (one, other) => one.File == other.File).Select(piece => (piece.Start, piece.End));
}
