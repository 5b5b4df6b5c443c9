using CrStream.Abstractions;
using CrStream.Linux.Bpf;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Acting.Relayed;

/// <summary>Finds the tracers of a tree's tasks, and has them frozen before what they trace, wherever in the tree they are.</summary>
/// <param name="root">The tree's root.</param>
/// <param name="find">Finds a process that is frozen already.</param>
/// <param name="freeze">Freezes a process.</param>
/// <param name="kernelTasks">Reads what the kernel keeps of a process's threads; null where that is not permitted.</param>
internal sealed class TracersOfTree(int root, Func<int, FrozenProcess?> find, Action<int> freeze, Func<int, IReadOnlyList<KernelTask>>? kernelTasks)
{
    private readonly HashSet<int> waiting = [];

    /// <summary>Makes a task obey through the task of the tree that traces it.</summary>
    /// <returns>Null where that one is outside the tree.</returns>
    /// <exception cref="DeniedException">The task is traced in a way that cannot be carried.</exception>
    public RelayedTask? Hold(int pid, int tid)
    {
        var tracerId = new ProcTask(pid, tid).Status().TracerPid;
        if (tracerId == 0 || FrozenProcessOf(pid, new ProcTask(tracerId).Status().Tgid) is not { } process)
        {
            return null;
        }

        if (process.IsTraced)
        {
            throw new DeniedException($"process {process.Pid}, which traces process {pid}, is traced itself, which cannot be carried yet", "detach the outer tracer first");
        }

        var kernel = kernelTasks?.Invoke(pid).FirstOrDefault(task => task.Tid == tid)
            ?? throw new DeniedException(
                $"task {tid} of process {pid} is traced by process {process.Pid}, and how it is traced only BPF can tell, which is not permitted here", "see crstream doctor; or detach the debugger first");
        return TraceeInspection.Hold(process.Tasks.First(task => task.Tid == tracerId), pid, tid, new TraceFlags(kernel));
    }

    private FrozenProcess? FrozenProcessOf(int tracee, int tracer)
    {
        if (waiting.Contains(tracer))
        {
            throw new DeniedException($"processes {tracee} and {tracer} trace each other, which cannot be carried");
        }

        if (find(tracer) is { } known)
        {
            return known;
        }

        if (!IsInside(tracer))
        {
            return null;
        }

        waiting.Add(tracee);
        try
        {
            freeze(tracer);
        }
        finally
        {
            waiting.Remove(tracee);
        }

        return find(tracer);
    }

    private bool IsInside(int pid)
    {
        for (; pid > 1; pid = new ProcTask(pid).Status().PPid)
        {
            if (pid == root)
            {
                return true;
            }
        }

        return false;
    }
}
