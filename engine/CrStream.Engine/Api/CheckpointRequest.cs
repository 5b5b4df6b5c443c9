using CrStream.Abstractions;

namespace CrStream.Engine;

/// <summary>What to checkpoint, where to, and how.</summary>
public sealed record CheckpointRequest
{
    /// <summary>The process id.</summary>
    public required int Pid { get; init; }

    /// <summary>A URI, a path, or "-" for the standard output.</summary>
    public required string Destination { get; init; }

    /// <summary>The stages' names from the image outwards, such as <c>lz4</c>, <c>age</c>. Empty for the bare image.</summary>
    public IReadOnlyList<string> Stages { get; init; } = ["lz4"];

    /// <summary>Keys and parallelism for the stages.</summary>
    public StageSettings StageSettings { get; init; } = new();

    /// <summary>Ends the process once the image is committed; otherwise it runs on.</summary>
    public bool Kill { get; init; }

    /// <summary>Lets the session and the controlling terminal come from outside the tree.</summary>
    public bool ShellJob { get; init; }

    /// <summary>How long a task may take to stop, to end a call or to answer before it is let go again.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Options for handlers and stores, by name.</summary>
    public ISettings Settings { get; init; } = Engine.Settings.None;

    /// <summary>Hears how far it is; called from any thread.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
