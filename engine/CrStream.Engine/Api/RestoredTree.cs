using CrStream.Linux.Processes;

namespace CrStream.Engine;

/// <summary>A restored process, running, as a child of this one.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="Tasks">How many tasks (threads) it has.</param>
/// <param name="ImageBytes">The bare image, in bytes.</param>
/// <param name="Elapsed">How long the restore took.</param>
public sealed record RestoredTree(int Pid, int Tasks, long ImageBytes, TimeSpan Elapsed)
{
    /// <summary>Waits for the process to end: its exit status, or 128 and the signal that ended it.</summary>
    public Task<int> WaitAsync(CancellationToken cancellation) => Children.WaitAsync(Pid, cancellation);
}
