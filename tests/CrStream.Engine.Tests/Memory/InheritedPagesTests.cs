using CrStream.Abstractions;
using CrStream.Engine.Memory;
using CsCheck;

namespace CrStream.Engine.Tests.Memory;

public sealed class InheritedPagesTests
{
    private const ulong Page = 4096;

    private static readonly Gen<(ulong Start, ulong End)[]> Runs = Gen.Select(Gen.ULong[0, 20], Gen.ULong[1, 20]).Array[0, 30].Select(gaps =>
    {
        var address = 0UL;
        return gaps.Select(gap => (Start: address + (gap.Item1 * Page), End: address += (gap.Item1 + gap.Item2) * Page)).ToArray();
    });

    [Fact]
    public void Parts_within_and_outside_a_range_make_up_the_range() =>
        Gen.Select(Runs, Gen.ULong[0, 500], Gen.ULong[1, 300]).Sample((runs, start, length) =>
        {
            var (pages, from, to) = (InheritedPages.Of(runs), start * Page, (start + length) * Page);
            var (within, outside) = (pages.Within(from, to).ToArray(), pages.Outside(from, to).ToArray());
            var next = from;
            foreach (var part in within.Concat(outside).Order())
            {
                if (part.Start != next || part.End <= part.Start)
                {
                    return false;
                }

                next = part.End;
            }

            return next == to && Array.TrueForAll(within, part => Array.Exists(runs, run => run.Start <= part.Start && part.End <= run.End))
                && Array.TrueForAll(outside, part => !Array.Exists(runs, run => run.Start < part.End && part.Start < run.End));
        });

    [Fact]
    public void What_is_written_is_read_again() =>
        Runs.Sample(runs =>
        {
            var read = InheritedPages.From(new() { ["inherited"] = InheritedPages.Of(runs).ToValue() }, "inherited");
            return read.Within(0, ulong.MaxValue).SequenceEqual(InheritedPages.Of(runs).Within(0, ulong.MaxValue))
                && read.Bytes == runs.Aggregate(0UL, (sum, run) => sum + run.End - run.Start);
        });

    [Fact]
    public void Of_too_many_runs_the_longest_are_taken_in_their_order()
    {
        var runs = Enumerable.Range(0, InheritedPages.MaximumRuns + 10).Select(i => (Start: (ulong)i * 4 * Page, End: (((ulong)i * 4) + (i < 20 ? 1UL : 2UL)) * Page)).ToArray();
        var pages = InheritedPages.Of(runs);
        var taken = pages.Within(0, ulong.MaxValue).ToArray();
        Assert.Equal(InheritedPages.MaximumRuns, taken.Length);
        Assert.Equal(runs[20..], taken.Where(run => run.End - run.Start == 2 * Page));
        Assert.Equal(taken, InheritedPages.From(new() { ["inherited"] = pages.ToValue() }, "inherited").Within(0, ulong.MaxValue));
    }

    [Fact]
    public void Made_up_runs_are_refused()
    {
        Value[] refused =
        [
            Value.Array([1]), Value.Array([1, 0]), Value.Array([-1, 1]), Value.Array([0, ulong.MaxValue]), Value.Array([ulong.MaxValue, ulong.MaxValue]),
            Value.Array([1UL << 36, 1]), Value.Array([1, "x"]), "text", Value.Array(Enumerable.Repeat((Value)1, (2 * InheritedPages.MaximumRuns) + 2)),
        ];
        foreach (var value in refused)
        {
            Assert.Throws<FieldException>(() => InheritedPages.From(new() { ["inherited"] = value }, "inherited"));
        }
    }
}
