using CrStream.Engine.Checkpoint;
using CrStream.Engine.Plugins;
using CrStream.Engine.Restore;

namespace CrStream.Engine;

/// <summary>The engine: checkpoints, restores, and looks into images. Safe to use from several threads.</summary>
public sealed class CrStreamEngine : IDisposable
{
    private readonly KernelNotes notes = new();
    private readonly CheckpointGraph checkpoints;

    /// <summary>Makes an engine.</summary>
    /// <param name="plugins">Handlers, stages and stores.</param>
    public CrStreamEngine(PluginCatalog plugins)
    {
        Plugins = plugins;
        checkpoints = new(plugins, notes);
    }

    /// <summary>Handlers, stages and stores.</summary>
    public PluginCatalog Plugins { get; }

    /// <summary>Checkpoints a process.</summary>
    /// <exception cref="Abstractions.CrStreamException">It could not be done; the tasks go on, and there is no image.</exception>
    public Task<CheckpointResult> CheckpointAsync(CheckpointRequest request, CancellationToken cancellation) => checkpoints.RunAsync(request, cancellation);

    /// <summary>Restores a process; it runs when this returns.</summary>
    /// <exception cref="Abstractions.CrStreamException">It could not be done; no task is left behind.</exception>
    public Task<RestoredTree> RestoreAsync(RestoreRequest request, CancellationToken cancellation) => RestoreGraph.RunAsync(request, Plugins, cancellation);

    /// <inheritdoc/>
    public void Dispose() => notes.Dispose();
}
