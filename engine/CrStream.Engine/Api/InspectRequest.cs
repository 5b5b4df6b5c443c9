using CrStream.Abstractions;

namespace CrStream.Engine;

/// <summary>Which image to look into or to verify.</summary>
public sealed record InspectRequest
{
    /// <summary>A URI, a path, or "-" for the standard input.</summary>
    public required string Source { get; init; }

    /// <summary>Keys and parallelism for the stages.</summary>
    public StageSettings StageSettings { get; init; } = new();

    /// <summary>Options for stores, by name.</summary>
    public ISettings Settings { get; init; } = Engine.Settings.None;

    /// <summary>Hears how far it is; called from any thread.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
