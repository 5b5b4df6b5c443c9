namespace CrStream.Linux.Memory;

/// <summary>How far a transfer between this process's memory and a task's came.</summary>
/// <param name="Bytes">How many bytes, from the start of the first range on, were transferred.</param>
/// <param name="Error">The errno that ended it; 0 when all was transferred.</param>
/// <param name="FailedAt">The first address in the task that was not transferred; 0 when all was.</param>
public readonly record struct MemoryTransfer(long Bytes, int Error, ulong FailedAt)
{
    /// <summary>True when all was transferred.</summary>
    public bool IsComplete => Error == 0;
}
