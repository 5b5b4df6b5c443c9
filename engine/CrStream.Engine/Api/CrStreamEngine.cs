namespace CrStream.Engine;

/// <summary>The engine: checkpoints, restores, and looks into images. Safe to use from several threads.</summary>
public sealed class CrStreamEngine
{
    /// <summary>Checkpoints a process.</summary>
    /// <exception cref="Abstractions.CrStreamException">It could not be done; the tasks go on, and there is no image.</exception>
    public Task<CheckpointResult> CheckpointAsync(CheckpointRequest request, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Restores a process; it runs when this returns.</summary>
    /// <exception cref="Abstractions.CrStreamException">It could not be done; no task is left behind.</exception>
    public Task<RestoredTree> RestoreAsync(RestoreRequest request, CancellationToken cancellation) => throw new NotImplementedException();
}
