using CrStream.Abstractions;

namespace CrStream.Engine.Memory;

/// <summary>
/// The pages of an address space that are those of another one, its base: at the same addresses, shared copy-on-write.
/// Pure.
/// </summary>
internal sealed class InheritedPages
{
    /// <summary>How many runs an mm object tells at most, so that it stays within the bounds of an object.</summary>
    public const int MaximumRuns = 100_000;

    private readonly (ulong Start, ulong End)[] runs;

    private InheritedPages((ulong Start, ulong End)[] runs)
    {
        this.runs = runs;
        Bytes = runs.Aggregate(0UL, (sum, run) => sum + run.End - run.Start);
    }

    /// <summary>No pages.</summary>
    public static InheritedPages None { get; } = new([]);

    /// <summary>How much it is, in bytes.</summary>
    public ulong Bytes { get; }

    private static ulong PageSize => (ulong)System.Environment.SystemPageSize;

    /// <summary>The pages of runs. Of too many the longest are taken: the others are written once more.</summary>
    /// <param name="runs">In ascending order, not overlapping.</param>
    public static InheritedPages Of(IEnumerable<(ulong Start, ulong End)> runs)
    {
        var all = runs.ToArray();
        return new(all.Length <= MaximumRuns ? all : [.. all.OrderByDescending(run => run.End - run.Start).Take(MaximumRuns).Order()]);
    }

    /// <summary>The parts of the runs that lie between two addresses.</summary>
    public IEnumerable<(ulong Start, ulong End)> Within(ulong start, ulong end)
    {
        for (var i = IndexOfFirstBehind(start); i < runs.Length && runs[i].Start < end; i++)
        {
            yield return (Math.Max(start, runs[i].Start), Math.Min(end, runs[i].End));
        }
    }

    /// <summary>What is left between two addresses without them.</summary>
    public IEnumerable<(ulong Start, ulong End)> Outside(ulong start, ulong end)
    {
        foreach (var run in Within(start, end))
        {
            if (run.Start > start)
            {
                yield return (start, run.Start);
            }

            start = run.End;
        }

        if (start < end)
        {
            yield return (start, end);
        }
    }

    /// <summary>By turns how many pages are not inherited and how many are, from the address 0 on.</summary>
    public Value ToValue()
    {
        var numbers = new List<Value>(2 * runs.Length);
        var last = 0UL;
        foreach (var (start, end) in runs)
        {
            numbers.Add((start - last) / PageSize);
            numbers.Add((end - start) / PageSize);
            last = end;
        }

        return Value.Array(numbers);
    }

    /// <summary>Reads what <see cref="ToValue"/> made.</summary>
    /// <exception cref="FieldException">It goes beyond the address space, or is longer than any that is written.</exception>
    public static InheritedPages From(Fields fields, string key)
    {
        var numbers = fields.Array(key);
        if (numbers.Count % 2 != 0 || numbers.Count / 2 > MaximumRuns)
        {
            throw new FieldException(key, $"has {numbers.Count} numbers, where there may be an even one, up to {2 * MaximumRuns}");
        }

        var runs = new (ulong Start, ulong End)[numbers.Count / 2];
        var last = 0UL;
        for (var i = 0; i < runs.Length; i++)
        {
            var start = Advance(last, numbers[2 * i], key);
            last = Advance(start, numbers[(2 * i) + 1], key);
            runs[i] = last > start ? (start, last) : throw new FieldException(key, "has a run of no pages");
        }

        return new(runs);
    }

    private static ulong Advance(ulong address, Value pages, string key) =>
        pages is { Kind: ValueKind.Integer, IsNegative: false } && pages.AsUInt64() <= (AddressSpacePlan.End - address) / PageSize
            ? address + (pages.AsUInt64() * PageSize)
            : throw new FieldException(key, "goes beyond the address space");

    private int IndexOfFirstBehind(ulong address)
    {
        var (low, high) = (0, runs.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = runs[middle].End <= address ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
