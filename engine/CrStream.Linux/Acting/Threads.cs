using CrStream.Abstractions;
using CrStream.Linux.Proc;
using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Acting;

/// <summary>Stops all threads of a process, and lets them go.</summary>
internal static class Threads
{
    /// <summary>
    /// Seizes and stops every thread. Threads that are born while this goes on are found by listing anew, until a
    /// listing brings nothing new and all are stopped; a stopped thread makes no others.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="options">What the threads are to report.</param>
    /// <param name="deadline">For all of it.</param>
    /// <param name="relay">Makes a thread that is traced by another task obey through that one; null where it cannot.</param>
    /// <returns>The threads that live, the leader first.</returns>
    public static IReadOnlyList<TracedTask> Stop(int pid, PtraceOptions options, Deadline deadline, Func<int, int, TracedTask?>? relay = null)
    {
        var stopped = new Dictionary<int, TracedTask>();
        var seized = new Queue<TracedTask>();
        try
        {
            while (true)
            {
                if (!SeizeAll(pid, options, stopped, seized, relay))
                {
                    return [.. stopped.Values.OrderBy(task => task.Tid != pid).ThenBy(task => task.Tid)];
                }

                for (; seized.TryPeek(out var task); seized.Dequeue())
                {
                    if (StopOne(task, deadline))
                    {
                        stopped.Add(task.Tid, task);
                    }
                }

                if (stopped.Count == 0)
                {
                    throw new CheckpointException($"process {pid} ended while it was being frozen");
                }
            }
        }
        catch
        {
            LetGo(stopped.Values);
            LetGoUnstopped(seized);
            throw;
        }
    }

    /// <summary>Lets stopped threads go on. One that was killed meanwhile is none to let go.</summary>
    public static void LetGo(IEnumerable<TracedTask> tasks)
    {
        foreach (var task in tasks)
        {
            try
            {
                task.Detach();
            }
            catch (TaskEndedException)
            {
            }
        }
    }

    /// <summary>
    /// Lets threads go that were asked to stop. One that still does not is let go by the kernel, without a stop, when the
    /// tracer's thread ends.
    /// </summary>
    private static void LetGoUnstopped(IEnumerable<TracedTask> tasks)
    {
        foreach (var task in tasks)
        {
            try
            {
                if (task.Wait(Deadline.In(TimeSpan.Zero)) is { Stopped: true } stop)
                {
                    task.Detach(stop.IsSignalDelivery ? stop.Signal : 0);
                }
            }
            catch (CrStreamException)
            {
                // It ended, or its status was taken when it did.
            }
        }
    }

    /// <returns>Whether there were any that had not been known.</returns>
    private static bool SeizeAll(int pid, PtraceOptions options, Dictionary<int, TracedTask> stopped, Queue<TracedTask> seized, Func<int, int, TracedTask?>? relay)
    {
        var known = stopped.Count;
        foreach (var tid in List(pid))
        {
            if (stopped.ContainsKey(tid))
            {
                continue;
            }

            try
            {
                var task = OwnTracee.Seize(pid, tid, options);
                seized.Enqueue(task);
                task.Interrupt();
            }
            catch (KernelException gone) when (gone.Error == ErrorNumber.ESRCH)
            {
                // It ended between the listing and now.
            }
            catch (KernelException refused) when (refused.Error == ErrorNumber.EPERM)
            {
                if (!HasEnded(pid, tid))
                {
                    stopped.Add(tid, relay?.Invoke(pid, tid) ?? throw Refused(pid, tid, refused));
                }                else if (tid == pid && List(pid).Count == 1)
                {
                    // With others that go on, the first thread stays listed, ended.
                    throw new CheckpointException($"process {pid} has ended", null, refused);
                }
            }
            catch (TaskEndedException)
            {
                // It was killed between the two requests; what it has to say is waited for as with the others.
            }
        }

        return seized.Count > 0 || stopped.Count > known;
    }

    /// <summary>An ended task is listed until it is reaped, and refused with EPERM, too (kernel/ptrace.c, ptrace_attach).</summary>
    private static bool HasEnded(int pid, int tid)
    {
        try
        {
            return new ProcTask(pid, tid).Stat().State is 'Z' or 'X';
        }
        catch (KernelException gone) when (gone.Error is ErrorNumber.ENOENT or ErrorNumber.ESRCH)
        {
            return true;
        }
    }

    private static IReadOnlyList<int> List(int pid)
    {
        try
        {
            return new ProcTask(pid).Tids();
        }
        catch (KernelException gone) when (gone.Error is ErrorNumber.ENOENT or ErrorNumber.ESRCH)
        {
            throw new CheckpointException($"there is no process {pid}", "ps -e lists the processes", gone);
        }
    }

    private static CheckpointException Refused(int pid, int tid, KernelException cause)
    {
        var tracer = new ProcTask(pid, tid).Status().TracerPid;
        return tracer != 0
            ? new CheckpointException($"task {tid} of process {pid} is traced by process {tracer}", "checkpoint the tree that holds both, or detach the debugger first", cause)
            : new CheckpointException($"task {tid} of process {pid} may not be traced", "run as root, or as the process's user with CAP_SYS_PTRACE; see /proc/sys/kernel/yama/ptrace_scope", cause);
    }

    /// <returns>False when the task ended instead.</returns>
    private static bool StopOne(TracedTask task, Deadline deadline)
    {
        while (true)
        {
            if (task.Wait(deadline) is not { } stop)
            {
                throw DoesNotStop(task);
            }

            if (!stop.Stopped)
            {
                return false;
            }

            if (stop.IsEventStop)
            {
                return true;
            }

            // A signal came first: it is delivered as it would have been, and the stop comes behind it. Stopping for the
            // signal took the request for the stop back (kernel/signal.c, ptrace_stop).
            try
            {
                task.Interrupt();
                task.Continue(stop.IsSignalDelivery ? stop.Signal : 0);
            }
            catch (TaskEndedException)
            {
                // It was killed; that is the next thing it reports.
            }
        }
    }

    private static TaskTimeoutException DoesNotStop(TracedTask task) =>
        new($"task {task.Tid} of process {task.Pid} does not stop: it is {Whereabouts.Of(new ProcTask(task.Pid, task.Tid))}");
}
