using CrStream.Linux.Acting;

namespace CrStream.Engine.Checkpoint;

/// <summary>All tasks are stopped, and nothing has been changed in them.</summary>
/// <param name="Job">The job.</param>
/// <param name="Tree">The frozen processes.</param>
internal sealed record FrozenJob(CheckpointJob Job, FrozenTree Tree);
