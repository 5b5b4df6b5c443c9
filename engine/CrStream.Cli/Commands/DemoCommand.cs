using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>
/// <c>crstream demo</c>: a real program is checkpointed, ended and restored by the commands that a user would type, and
/// every line that it prints is held against a computation beside it.
/// </summary>
internal sealed class DemoCommand : ExampledCommand
{
    /// <summary>How many lines the program prints before the checkpoint, and how many after the restore.</summary>
    private const int Before = 20;

    private const int After = 20;
    private const int LinesShown = 3;

    private readonly Host host;

    public DemoCommand(Host host)
        : base("demo", "Checkpoint, end and restore a real program, and check that it goes on", "crstream demo")
    {
        this.host = host;
        SetAction((_, cancellation) => RunAsync(cancellation));
    }

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        var directory = Directory.CreateTempSubdirectory("crstream-demo-").FullName;
        Worker? worker = null;
        try
        {
            worker = await Worker.StartAsync(directory, cancellation);
            await TellAsync(worker, new(host, directory), directory, cancellation);
            return ExitCode.Done;
        }
        finally
        {
            worker?.Kill();
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task TellAsync(Worker worker, Itself crstream, string directory, CancellationToken cancellation)
    {
        await worker.CountsToAsync(Before, cancellation);
        host.Out.WriteLine($"A program counts, with {Quantity.Count(worker.Threads, "thread")}. Its process id is {worker.Pid}, and it prints:");
        Show(worker.Lines);

        await crstream.RunAsync(cancellation, "keygen", "-o", "key.txt");
        var recipient = File.ReadLines(Path.Combine(directory, "key.txt")).Select(line => line.Split("public key: ")).First(parts => parts.Length == 2)[1];
        await crstream.RunAsync(cancellation, "checkpoint", $"{worker.Pid}", "--kill", "--encrypt-to", recipient, "-o", "job.crs");
        await Patience.UntilAsync(() => !worker.IsAlive, $"the program {worker.Pid} to end", cancellation);
        var stopped = worker.Lines;
        host.Out.WriteLine();
        host.Out.WriteLine("The program is gone. The last that it printed:");
        Show(stopped);

        await crstream.RunAsync(cancellation, "inspect", "job.crs", "--identity", "key.txt");
        host.Out.WriteLine();
        await crstream.RunAsync(cancellation, "restore", "job.crs", "--identity", "key.txt", "--detach");
        await worker.CountsToAsync(stopped.Count + After, cancellation);
        var all = worker.Lines;
        host.Out.WriteLine();
        host.Out.WriteLine("The program goes on with the next number:");
        Show(all.Take(stopped.Count + LinesShown));
        Check(all);
        host.Out.WriteLine($"ok: all {all.Count} numbers follow one another, and all checksums are right.");
    }

    private void Show(IEnumerable<string> lines)
    {
        foreach (var line in lines.TakeLast(LinesShown))
        {
            host.Out.WriteLine($"    {line}");
        }

        host.Out.WriteLine();
    }

    private static void Check(IReadOnlyList<string> lines)
    {
        var chain = new Chain();
        foreach (var line in lines)
        {
            var expected = chain.NextLine();
            if (line != expected)
            {
                throw new RestoreException($"the program printed \"{line}\" where \"{expected}\" is right");
            }
        }
    }
}
