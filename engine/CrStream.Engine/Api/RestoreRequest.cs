using CrStream.Abstractions;

namespace CrStream.Engine;

/// <summary>What to restore, and how.</summary>
public sealed record RestoreRequest
{
    /// <summary>A URI, a path, or "-" for the standard input.</summary>
    public required string Source { get; init; }

    /// <summary>Keys and parallelism for the stages.</summary>
    public StageSettings StageSettings { get; init; } = new();

    /// <summary>
    /// Makes the process an orphan, as one that a daemon's start leaves; its exit status cannot be waited for. Else it is
    /// a child of this process.
    /// </summary>
    public bool Detach { get; init; }

    /// <summary>
    /// Restores into a new pid namespace, in which the processes have their ids, whoever has them outside. Where none of
    /// them is the namespace's init, one is made that reaps orphans and ends with the last process.
    /// </summary>
    public bool NewPidNamespace { get; init; }

    /// <summary>How long a step of a task may take; also how long to wait for the old pid to become free.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Restores although the kernel's release is not the one that made the image.</summary>
    public bool ForceKernel { get; init; }

    /// <summary>Options for handlers and stores, by name.</summary>
    public ISettings Settings { get; init; } = Engine.Settings.None;

    /// <summary>Hears how far it is; called from any thread.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
