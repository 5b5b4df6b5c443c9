namespace CrStream.Benchmarks.Whole;

/// <summary>The measurements of one figure, round by round.</summary>
internal sealed class Samples
{
    private readonly List<double> values = [];

    public void Add(double value) => values.Add(value);

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public double Median
    {
        get
        {
            var sorted = values.Order().ToArray();
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    public bool IsEmpty => values.Count == 0;

    public double Most => values.Max();
}
