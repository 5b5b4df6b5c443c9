using System.CommandLine;
using System.Globalization;

namespace CrStream.Cli;

/// <summary>Arguments and options that are numbers, with errors that say what they take.</summary>
internal static class Numbers
{
    /// <summary>The longest time that can be asked for: a day.</summary>
    private const double LongestSeconds = 86_400;

    /// <summary>A process id.</summary>
    public static Argument<int> Pid() => new("PID")
    {
        Description = "The process id",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0)
            {
                return pid;
            }

            result.AddError($"\"{result.Tokens[0].Value}\" is not a process id");
            return 0;
        },
    };

    /// <summary>A time limit in seconds.</summary>
    public static Option<double> Timeout(string description) => new("--timeout")
    {
        Description = description,
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 10,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
                && seconds is > 0 and <= LongestSeconds)
            {
                return seconds;
            }

            result.AddError($"--timeout takes seconds, more than 0 and at most {LongestSeconds}, not \"{result.Tokens[0].Value}\"");
            return 0;
        },
    };
}
