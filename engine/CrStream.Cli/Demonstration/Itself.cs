using System.Diagnostics;
using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>Runs this command once more, as a user would type it.</summary>
internal sealed class Itself(Host host, string directory)
{
    /// <summary>Shows the command line, runs it with the demo's own streams, and expects it to succeed.</summary>
    /// <exception cref="RestoreException">It ended with another code than 0.</exception>
    public async Task RunAsync(CancellationToken cancellation, params string[] arguments)
    {
        host.Out.WriteLine($"$ crstream {string.Join(' ', arguments)}");
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. Prefix(), .. arguments]) { WorkingDirectory = directory, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var copy = CopyAsync(process.StandardOutput);

        // A signal reaches the child as well, which then lets its tasks go; so it is waited for in any case.
        await process.WaitForExitAsync(CancellationToken.None);
        await copy;
        cancellation.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
        {
            throw new RestoreException($"crstream {arguments[0]} ended with code {process.ExitCode}");
        }
    }

    /// <summary>What stands before the arguments where the command runs as <c>dotnet crstream.dll</c>.</summary>
    private static IEnumerable<string> Prefix() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Path.Combine(AppContext.BaseDirectory, "crstream.dll")] : [];

    private async Task CopyAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            host.Out.WriteLine(line);
        }
    }
}
