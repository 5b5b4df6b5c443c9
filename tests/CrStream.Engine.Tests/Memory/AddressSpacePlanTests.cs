using CrStream.Engine.Memory;
using CsCheck;

namespace CrStream.Engine.Tests.Memory;

public sealed class AddressSpacePlanTests
{
    private const ulong Page = 4096;

    private static readonly Gen<(ulong Start, ulong End)[]> Ranges =
        Gen.Select(Gen.ULong[0, 5000], Gen.ULong[1, 400], (start, pages) => (start * Page, (start + pages) * Page)).Array[0, 30];

    [Fact]
    public void A_hole_meets_none_of_the_ranges() =>
        Gen.Select(Ranges, Gen.ULong[1, 64]).Sample((ranges, pages) =>
        {
            var hole = AddressSpacePlan.FindHole(pages * Page, ranges);
            return hole >= 0x10000 && Array.TrueForAll(ranges, range => hole + (pages * Page) <= range.Start || hole >= range.End);
        });

    [Fact]
    public void What_lies_between_ranges_and_the_ranges_are_all_of_user_space() =>
        Ranges.Sample(ranges =>
        {
            var between = AddressSpacePlan.Between(ranges).ToArray();
            var covered = 0UL;
            foreach (var (start, end) in between.Concat(ranges).Order())
            {
                if (start > covered)
                {
                    return false;
                }

                covered = Math.Max(covered, end);
            }

            return covered == AddressSpacePlan.End && between.All(gap => Array.TrueForAll(ranges, range => gap.End <= range.Start || gap.Start >= range.End));
        });

    [Fact]
    public void No_hole_is_found_where_none_is() =>
        Assert.Throws<InvalidOperationException>(() => AddressSpacePlan.FindHole(Page, [(0, AddressSpacePlan.End)]));
}
