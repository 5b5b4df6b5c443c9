namespace CrStream.Benchmarks.Whole;

/// <summary>What is measured of one way to checkpoint or restore one process.</summary>
internal sealed record Row(string Process, string What)
{
    /// <summary>The whole command, in seconds.</summary>
    public Samples Elapsed { get; } = new();

    /// <summary>How long the process stood still, in seconds; for a restore, what the restore itself took.</summary>
    public Samples Frozen { get; } = new();

    /// <summary>Processor time, in seconds.</summary>
    public Samples Processor { get; } = new();

    /// <summary>The process's bytes by the time that it stood still, in GB/s.</summary>
    public Samples Rate { get; } = new();

    /// <summary>That rate to the one of the plain read of the same round.</summary>
    public Samples ToPlainRead { get; } = new();

    /// <summary>The pipe's time to the whole command's, of the same round.</summary>
    public Samples ToPipe { get; } = new();

    /// <summary>Peak memory in MiB.</summary>
    public Samples Peak { get; } = new();

    /// <summary>Adds a run.</summary>
    /// <param name="run">The command.</param>
    /// <param name="duration">How long the process stood still, in seconds.</param>
    /// <param name="bytes">How much memory the process has.</param>
    /// <param name="plainRead">How long the plain read took, in seconds.</param>
    /// <param name="pipe">How long the pipe took, in seconds.</param>
    public void Add(CommandRun run, double duration, long bytes, double plainRead, double pipe)
    {
        Elapsed.Add(run.Elapsed.TotalSeconds);
        Processor.Add(run.Processor.TotalSeconds);
        Peak.Add(run.PeakMemory / (double)(1 << 20));
        Frozen.Add(duration);
        Rate.Add(bytes / duration / 1e9);
        ToPlainRead.Add(plainRead / duration);
        ToPipe.Add(pipe / run.Elapsed.TotalSeconds);
    }
}
