using CrStream.Linux.Bpf;

namespace CrStream.Engine.Checkpoint;

/// <summary>
/// What the kernel notes about tasks and shows to BPF programs only: how much time an interrupted call has left, and how
/// many references its objects have. The programs are loaded before anything is frozen, once.
/// </summary>
internal sealed class KernelNotes : IDisposable
{
    private readonly Lazy<KernelRecords?> records = new(() => KernelRecords.TryLoad(out _));

    /// <summary>Loads the programs, where that is permitted.</summary>
    public void Load() => _ = records.Value;

    /// <summary>The kernel's records of tasks and files; null where BPF is not permitted.</summary>
    public KernelRecords? Records => records.Value;

    /// <summary>How long threads sleep, by their ids; null where that cannot be known.</summary>
    public IReadOnlyDictionary<int, TimedSleep>? ReadSleeps() => Records?.Sleeps?.Read();

    /// <summary>All tasks by their ids; null where BPF is not permitted, so that timed calls begin anew.</summary>
    public IReadOnlyDictionary<int, KernelTask>? ReadTasks() => Records?.Tasks.ReadTasks(null).ToDictionary(task => task.Tid);

    /// <summary>Reads what the kernel keeps of a process's threads; null where BPF is not permitted.</summary>
    public Func<int, IReadOnlyList<KernelTask>>? TaskReader => Records is { } loaded ? pid => loaded.Tasks.ReadTasks(pid) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (records.IsValueCreated)
        {
            records.Value?.Dispose();
        }
    }
}
