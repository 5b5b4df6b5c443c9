using CrStream.Abstractions;
using CrStream.Linux.Kcmp;
using CrStream.Linux.Proc;
using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Acting;

/// <summary>
/// A process and all its descendants, stopped. Made and used on the tracer's thread. Parents are frozen before their
/// children are listed, so a tree that forks all the time is caught up with: what is frozen makes no more.
/// </summary>
public sealed class FrozenTree
{
    private readonly List<FrozenProcess> processes = [];
    private readonly List<FrozenProcess> byMemory = [];
    private readonly Dictionary<int, ProcStat> zombies = [];

    private FrozenTree()
    {
    }

    /// <summary>The processes, each behind its parent; the root first.</summary>
    public IReadOnlyList<FrozenProcess> Processes => processes;

    /// <summary>Descendants that have ended and are still to be waited for.</summary>
    public IEnumerable<ProcStat> Zombies => zombies.Values;

    /// <summary>Freezes a tree.</summary>
    /// <param name="root">The root's process id.</param>
    /// <param name="timeout">How long a thread may take to stop.</param>
    /// <exception cref="CheckpointException">A process cannot be frozen. All go on.</exception>
    public static FrozenTree Freeze(int root, TimeSpan timeout)
    {
        var tree = new FrozenTree();
        try
        {
            tree.FreezeOne(root, timeout);
            while (tree.FreezeNewChildren(timeout))
            {
            }

            return tree;
        }
        catch
        {
            tree.Thaw();
            throw;
        }
    }

    /// <summary>Lets all processes go on.</summary>
    public void Thaw() => ForEach(process => process.Thaw());

    /// <summary>Ends all processes.</summary>
    public void Kill() => ForEach(process => process.Kill());

    private void FreezeOne(int pid, TimeSpan timeout)
    {
        var place = 0;
        var process = FrozenProcess.Freeze(
            pid,
            PtraceOptions.TraceSysGood,
            tid => (place = FindMemory(tid)) >= 0 ? byMemory[place] : null,
            timeout);
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
    private bool FreezeNewChildren(TimeSpan timeout)
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
                if (stat.State == 'Z')
                {
                    zombies.Add(child, stat);
                }
                else
                {
                    FreezeOne(child, timeout);
                }
            }
            catch (CrStreamException) when (HasEnded(child))
            {
                // It is a zombie at the next look, or was reaped by nobody but init.
            }
        }

        return any;
    }

    private static bool HasEnded(int pid)
    {
        try
        {
            return new ProcTask(pid).Stat().State is 'Z' or 'X';
        }
        catch (KernelException gone) when (gone.Error is ErrorNumber.ENOENT or ErrorNumber.ESRCH)
        {
            return true;
        }
    }

    /// <summary>Does it to all, children first, also when it fails for one; the first failure is thrown in the end.</summary>
    private void ForEach(Action<FrozenProcess> act)
    {
        Exception? first = null;
        foreach (var process in Enumerable.Reverse(processes))
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
