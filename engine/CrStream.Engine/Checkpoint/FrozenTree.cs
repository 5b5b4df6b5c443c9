using CrStream.Linux.Acting;

namespace CrStream.Engine.Checkpoint;

/// <summary>All tasks are stopped, and nothing has been changed in them.</summary>
/// <param name="Job">The job.</param>
/// <param name="Process">The frozen process.</param>
internal sealed record FrozenTree(CheckpointJob Job, FrozenProcess Process);
