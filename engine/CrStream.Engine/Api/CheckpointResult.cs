namespace CrStream.Engine;

/// <summary>What a checkpoint did.</summary>
/// <param name="ImageId">The image's id.</param>
/// <param name="Pid">The process.</param>
/// <param name="Tasks">How many tasks (threads) it had.</param>
/// <param name="Objects">How many objects the image has.</param>
/// <param name="ImageBytes">The bare image, in bytes.</param>
/// <param name="StoredBytes">What went to the store after all stages, in bytes.</param>
/// <param name="Frozen">How long the tasks stood still.</param>
/// <param name="Elapsed">How long it all took.</param>
public sealed record CheckpointResult(
    Guid ImageId, int Pid, int Tasks, long Objects, long ImageBytes, long StoredBytes, TimeSpan Frozen, TimeSpan Elapsed);
