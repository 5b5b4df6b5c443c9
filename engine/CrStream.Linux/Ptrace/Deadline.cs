using System.Diagnostics;

namespace CrStream.Linux.Ptrace;

/// <summary>A moment until which a task is waited for.</summary>
public readonly struct Deadline
{
    private readonly long ticks;

    private Deadline(long ticks) => this.ticks = ticks;

    /// <summary>Whether it has come.</summary>
    public bool HasPassed => Stopwatch.GetTimestamp() >= ticks;

    /// <summary>That long from now.</summary>
    public static Deadline In(TimeSpan time) => new(Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency));
}
