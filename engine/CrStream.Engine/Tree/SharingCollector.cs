using CrStream.Linux.Acting;
using CrStream.Linux.Bpf;
using CrStream.Linux.Kcmp;
using CrStream.Linux.Processes;

namespace CrStream.Engine.Tree;

/// <summary>Finds out which frozen tasks share what, by the kernel's own pointers, or by comparison where these are not to be had.</summary>
internal static class SharingCollector
{
    // Nothing is mapped there in any program.
    private const ulong StubAddress = 0x10000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The groups that are not what processes and threads usually are; of other tasks, those of a process share all but the I/O context.</summary>
    /// <param name="processes">The processes, in the order of the tree.</param>
    /// <param name="kernel">The kernel's pointers by task, or null.</param>
    public static IReadOnlyList<SharedGroup> Collect(IReadOnlyList<FrozenProcess> processes, IReadOnlyDictionary<int, KernelTask>? kernel)
    {
        var tasks = processes.SelectMany(process => process.Tasks).ToArray();
        var usual = processes.ToDictionary(process => process.Pid, process => process.Tasks.Count);
        var endedLeaders = processes.Where(process => process.HasEndedLeader).ToDictionary(process => process.Leader.Tid, process => process.Pid);
        var groups = new List<SharedGroup>();
        foreach (var part in SharedPart.All)
        {
            var same = kernel is null ? Compared(tasks, part) : tasks.GroupBy(task => Pointer(kernel[task.Tid], part) is var pointer && pointer == 0 ? (ulong)task.Tid : pointer);
            groups.AddRange(same.Select(group => group.ToArray())
                .Where(group => group.Length != (part.IsSharedByThreads ? usual[group[0].Pid] : 1) || Array.Exists(group, task => task.Pid != group[0].Pid))
                .Select(group => new SharedGroup(part, [.. group.SelectMany(task => WithEndedLeader(task.Tid, endedLeaders))])));
        }

        return groups;
    }

    /// <summary>A leader that has ended has nothing any more; it is made again with what the first thread that lives has.</summary>
    private static int[] WithEndedLeader(int tid, Dictionary<int, int> endedLeaders) => endedLeaders.TryGetValue(tid, out var leader) ? [leader, tid] : [tid];

    /// <summary>No pointer of the kernel's is as low as a task's id, which stands for "none, and so its own".</summary>
    private static ulong Pointer(KernelTask task, SharedPart part) => part.Flag switch
    {
        CloneFlags.CLONE_VM => task.Mm,
        CloneFlags.CLONE_FILES => task.Files,
        CloneFlags.CLONE_FS => task.Fs,
        CloneFlags.CLONE_SIGHAND => task.SignalActions,
        CloneFlags.CLONE_SYSVSEM => task.UndoList,
        CloneFlags.CLONE_IO => task.IoContext,
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };

    /// <summary>Sorts the tasks, so that those with the same object come side by side. Tasks without one are equal to a new process, which has none.</summary>
    private static IEnumerable<IGrouping<ulong, FrozenTask>> Compared(FrozenTask[] tasks, SharedPart part)
    {
        var stub = Stub.Start(StubAddress);
        try
        {
            var numbers = new Dictionary<FrozenTask, ulong>();
            var sorted = tasks.ToList();
            sorted.Sort((one, other) => one == other ? 0 : KernelComparison.Compare(part.Comparison, one.Tid, other.Tid));
            for (var i = 0; i < sorted.Count; i++)
            {
                var isSame = i > 0 && KernelComparison.Compare(part.Comparison, sorted[i - 1].Tid, sorted[i].Tid) == 0
                    && KernelComparison.Compare(part.Comparison, sorted[i].Tid, stub) != 0;
                numbers.Add(sorted[i], isSame ? numbers[sorted[i - 1]] : (ulong)i);
            }

            return [.. tasks.GroupBy(task => numbers[task])];
        }
        finally
        {
            Children.End(stub, Patience);
        }
    }
}
