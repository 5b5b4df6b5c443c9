using System.Diagnostics;
using System.Text.Json.Nodes;
using CrStream.Abstractions;
using CrStream.Linux.Proc;

namespace CrStream.Benchmarks.Whole;

/// <summary>One run of the crstream command, watched from outside.</summary>
/// <param name="Elapsed">From the start of the process to its end.</param>
/// <param name="Processor">Processor time of all its threads, to the kernel's clock tick (10 ms); what a loaded machine falsifies least.</param>
/// <param name="PeakMemory">The most memory that it had resident (VmHWM), in bytes.</param>
/// <param name="Result">What it printed with --json.</param>
internal sealed record CommandRun(TimeSpan Elapsed, TimeSpan Processor, long PeakMemory, JsonNode Result)
{
    private const long TicksPerSecond = 100;

    /// <summary>Runs the command to its end; --json is added.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static CommandRun Of(params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(Repository.Command, [.. arguments, "--json"]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var (processor, peak) = (0L, 0L);
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(2)))
        {
            (processor, peak) = Look(process.Id) ?? (processor, peak);
        }

        var elapsed = watch.Elapsed;
        process.WaitForExit();
        return process.ExitCode == 0
            ? new(elapsed, TimeSpan.FromSeconds(processor / (double)TicksPerSecond), peak, JsonNode.Parse(output.Result)!)
            : throw new InvalidOperationException($"crstream {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    /// <summary>A figure of the result.</summary>
    public double Number(string name) => Result[name]!.GetValue<double>();

    private static (long Processor, long Peak)? Look(int pid)
    {
        try
        {
            var stat = ProcFs.Read($"/proc/{pid}/stat", ProcStat.Parse);
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? null : ((long)(stat.UserTime + stat.SystemTime), long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) << 10);
        }
        catch (Exception gone) when (gone is KernelException or IOException)
        {
            return null;
        }
    }
}
