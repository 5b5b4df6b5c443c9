using CrStream.Linux.Processes;
using CrStream.Linux.Ptrace;

namespace CrStream.Engine;

/// <summary>
/// A restored process, running. Where it is a child of this process, a thread of this one is its parent: when this
/// object is disposed of or this process ends, the child becomes an orphan, and gets the signal that it asked for at its
/// parent's death (PR_SET_PDEATHSIG).
/// </summary>
public sealed class RestoredTree : IDisposable
{
    private readonly TracerThread? parent;

    internal RestoredTree(int pid, int tasks, long imageBytes, TimeSpan elapsed, TracerThread? parent) =>
        (Pid, Tasks, ImageBytes, Elapsed, this.parent) = (pid, tasks, imageBytes, elapsed, parent);

    /// <summary>Its process id.</summary>
    public int Pid { get; }

    /// <summary>How many tasks (threads) it has.</summary>
    public int Tasks { get; }

    /// <summary>The bare image, in bytes.</summary>
    public long ImageBytes { get; }

    /// <summary>How long the restore took.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Waits for the process to end: its exit status, or 128 and the signal that ended it.</summary>
    /// <exception cref="InvalidOperationException">It was restored detached, so it is no child of this process.</exception>
    public Task<int> WaitAsync(CancellationToken cancellation) => parent is not null
        ? Children.WaitAsync(Pid, cancellation)
        : throw new InvalidOperationException("a detached process cannot be waited for");

    /// <inheritdoc/>
    public void Dispose() => parent?.Dispose();
}
