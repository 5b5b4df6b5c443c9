using CrStream.Abstractions;
using CrStream.Linux.Acting.Relayed;
using CrStream.Linux.Bpf;
using CrStream.Linux.Kcmp;
using CrStream.Linux.Proc;
using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Acting;

/// <summary>
/// A process and all its descendants, stopped. Made and used on the tracer's thread. Parents are frozen before their
/// children are listed, so a tree that forks all the time is caught up with: what is frozen makes no more. Only tracers
/// come before their turn: they are frozen before what they trace.
/// </summary>
public sealed class FrozenTree
{
    private static readonly TimeSpan PauseForPassingStops = TimeSpan.FromMilliseconds(3);

    private readonly List<FrozenProcess> processes = [];
    private readonly List<FrozenProcess> byMemory = [];
    private readonly Dictionary<int, ProcStat> zombies = [];

    private readonly int root;
    private readonly TimeSpan timeout;
    private readonly TracersOfTree tracers;

    private FrozenTree(int root, TimeSpan timeout, Func<int, IReadOnlyList<KernelTask>>? kernelTasks)
    {
        (this.root, this.timeout) = (root, timeout);
        tracers = new(root, pid => processes.Find(process => process.Pid == pid), FreezeOne, kernelTasks);
    }

    /// <summary>The processes, each behind its parent; the root first.</summary>
    public IReadOnlyList<FrozenProcess> Processes => processes;

    /// <summary>Descendants that have ended and are still to be waited for.</summary>
    public IEnumerable<ProcStat> Zombies => zombies.Values;

    /// <summary>Freezes a tree.</summary>
    /// <param name="root">The root's process id.</param>
    /// <param name="timeout">How long a thread may take to stop.</param>
    /// <param name="kernelTasks">Reads what the kernel keeps of a process's threads; null where that is not permitted.</param>
    /// <exception cref="CheckpointException">A process cannot be frozen. All go on.</exception>
    public static FrozenTree Freeze(int root, TimeSpan timeout, Func<int, IReadOnlyList<KernelTask>>? kernelTasks = null)
    {
        var deadline = Deadline.In(timeout);
        while (true)
        {
            var tree = new FrozenTree(root, timeout, kernelTasks);
            try
            {
                tree.FreezeOne(root);
                while (tree.FreezeNewChildren())
                {
                }

                tree.PutParentsFirst();
                return tree;
            }
            catch (PassingStopException passing)
            {
                tree.Thaw();
                if (deadline.HasPassed)
                {
                    throw passing.InnerException!;
                }

                Thread.Sleep(PauseForPassingStops);
            }
            catch
            {
                tree.Thaw();
                throw;
            }
        }
    }

    /// <summary>Lets all processes go on.</summary>
    public void Thaw() => ForEach(process => process.Thaw());

    /// <summary>Ends all processes.</summary>
    public void Kill() => ForEach(process => process.Kill());

    private void FreezeOne(int pid)
    {
        var place = 0;
        var process = FrozenProcess.Freeze(
            pid,
            PtraceOptions.TraceSysGood,
            tid => (place = FindMemory(tid)) >= 0 ? byMemory[place] : null,
            timeout,
            tracers.Hold);
        processes.Add(process);
        if (place < 0)
        {
            byMemory.Insert(~place, process);
        }
    }

    /// <summary>The place of a task's address space among those known, which stand in the kernel's own order; less than 0 where it is not there.</summary>
    private int FindMemory(int tid)
    {
        var (low, high) = (0, byMemory.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            switch (KernelComparison.Compare(KcmpType.KCMP_VM, byMemory[middle].Leader.Tid, tid))
            {
                case 0:
                    return middle;
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return ~low;
    }

    /// <returns>Whether there were any.</returns>
    private bool FreezeNewChildren()
    {
        var any = false;
        foreach (var child in processes.SelectMany(process => process.Tasks).SelectMany(task => task.Proc.Children()).Distinct().ToArray())
        {
            if (zombies.ContainsKey(child) || processes.Exists(process => process.Pid == child))
            {
                continue;
            }

            any = true;
            try
            {
                var stat = new ProcTask(child).Stat();
                if (stat.State == 'Z' && stat.Threads <= 1)
                {
                    zombies.Add(child, stat);
                }
                else
                {
                    FreezeOne(child);
                }
            }
            catch (CrStreamException) when (HasEnded(child))
            {
                // It is a zombie at the next look, or was reaped by nobody but init.
            }
        }

        return any;
    }

    /// <summary>A tracer may have been frozen before its parent.</summary>
    private void PutParentsFirst()
    {
        var children = processes.ToLookup(process => process.Pid == root ? 0 : process.Leader.Proc.Stat().ParentPid);
        var ordered = new List<FrozenProcess>(children[0]);
        for (var i = 0; i < ordered.Count; i++)
        {
            ordered.AddRange(children[ordered[i].Pid]);
        }

        if (ordered.Count != processes.Count)
        {
            throw new CheckpointException($"a process of the tree of {root} has lost its parent while it was being frozen", "try again");
        }

        processes.Clear();
        processes.AddRange(ordered);
    }

    private static bool HasEnded(int pid)
    {
        try
        {
            return new ProcTask(pid).Stat() is { State: 'Z' or 'X', Threads: <= 1 };
        }
        catch (KernelException gone) when (gone.Error is ErrorNumber.ENOENT or ErrorNumber.ESRCH)
        {
            return true;
        }
    }

    /// <summary>Does it to all, tracees before their tracers and children first, also when it fails for one; the first failure is thrown in the end.</summary>
    private void ForEach(Action<FrozenProcess> act)
    {
        Exception? first = null;
        foreach (var process in Enumerable.Reverse(processes).OrderBy(process => !process.IsTraced))
        {
            try
            {
                act(process);
            }
            catch (Exception failure)
            {
                first ??= failure;
            }
        }

        if (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
    }
}
