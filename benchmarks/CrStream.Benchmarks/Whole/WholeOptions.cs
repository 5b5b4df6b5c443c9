using System.Globalization;

namespace CrStream.Benchmarks.Whole;

/// <summary>How large the processes are and how often each figure is measured.</summary>
internal sealed record WholeOptions(int Mebibytes = 1024, int Rounds = 5)
{
    /// <summary>Reads <c>--mib N</c> and <c>--rounds N</c>.</summary>
    public static WholeOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new WholeOptions();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? int.Parse(arguments[i + 1], CultureInfo.InvariantCulture) : 0;
            options = (arguments[i], value) switch
            {
                ("--mib", > 0) => options with { Mebibytes = value },
                ("--rounds", > 0) => options with { Rounds = value },
                _ => throw new ArgumentException($"{arguments[i]} is not one of --mib N, --rounds N"),
            };
        }

        return options;
    }
}
