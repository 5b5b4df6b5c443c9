using CrStream.Linux.Bpf;

namespace CrStream.Engine.Checkpoint;

/// <summary>
/// What the kernel notes about tasks and shows to BPF programs only: how much time an interrupted call has left. The
/// programs are loaded before anything is frozen, once.
/// </summary>
internal sealed class KernelNotes : IDisposable
{
    private readonly Lazy<TaskIterator?> iterator = new(() => TaskIterator.IsPermitted(out _) ? TaskIterator.Load(KernelBtf.Read()) : null);

    private readonly Lazy<SleepIterator?> sleeps = new(() => TaskIterator.IsPermitted(out _) ? SleepIterator.Load(KernelBtf.Read()) : null);

    /// <summary>Loads the programs, where that is permitted.</summary>
    public void Load() => _ = (iterator.Value, sleeps.Value);

    /// <summary>How long threads sleep, by their ids; null where that cannot be known.</summary>
    public IReadOnlyDictionary<int, TimedSleep>? ReadSleeps() => sleeps.Value?.Read();

    /// <summary>All tasks by their ids; null where BPF is not permitted, so that timed calls begin anew.</summary>
    public IReadOnlyDictionary<int, KernelTask>? ReadTasks() => iterator.Value?.ReadTasks(null).ToDictionary(task => task.Tid);

    /// <summary>Reads what the kernel keeps of a process's threads; null where BPF is not permitted.</summary>
    public Func<int, IReadOnlyList<KernelTask>>? TaskReader => iterator.Value is { } loaded ? pid => loaded.ReadTasks(pid) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (iterator.IsValueCreated)
        {
            iterator.Value?.Dispose();
        }

        if (sleeps.IsValueCreated)
        {
            sleeps.Value?.Dispose();
        }
    }
}
