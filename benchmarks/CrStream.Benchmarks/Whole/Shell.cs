using System.Diagnostics;

namespace CrStream.Benchmarks.Whole;

/// <summary>Runs commands of the machine.</summary>
internal static class Shell
{
    /// <summary>Runs a command to its end and gives its standard output.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    /// <summary>Runs a line of bash and gives the time that it took.</summary>
    public static TimeSpan Time(string line)
    {
        var watch = Stopwatch.StartNew();
        Run("bash", "-o", "pipefail", "-c", line);
        return watch.Elapsed;
    }
}
