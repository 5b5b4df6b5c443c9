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
    /// <returns>The threads, the leader first.</returns>
    public static IReadOnlyList<TracedTask> Stop(int pid, PtraceOptions options, Deadline deadline)
    {
        var stopped = new Dictionary<int, TracedTask>();
        try
        {
            while (true)
            {
                var born = SeizeAll(pid, options, stopped);
                if (born.Count == 0)
                {
                    return [.. stopped.Values.OrderBy(task => task.Tid != pid).ThenBy(task => task.Tid)];
                }

                foreach (var task in born)
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
            catch (KernelException gone) when (gone.Error == ErrorNumber.ESRCH)
            {
            }
        }
    }

    private static List<TracedTask> SeizeAll(int pid, PtraceOptions options, Dictionary<int, TracedTask> known)
    {
        var seized = new List<TracedTask>();
        foreach (var tid in List(pid))
        {
            if (known.ContainsKey(tid))
            {
                continue;
            }

            try
            {
                var task = TracedTask.Seize(pid, tid, options);
                task.Interrupt();
                seized.Add(task);
            }
            catch (KernelException gone) when (gone.Error == ErrorNumber.ESRCH)
            {
                // It ended between the listing and now.
            }
            catch (KernelException refused) when (refused.Error == ErrorNumber.EPERM)
            {
                throw Refused(pid, tid, refused);
            }
        }

        return seized;
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
            ? new CheckpointException($"task {tid} of process {pid} is traced by process {tracer}", "detach the debugger first", cause)
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

            // A signal came first: it is delivered as it would have been, and the stop comes behind it.
            task.Continue(stop.IsSignalDelivery ? stop.Signal : 0);
        }
    }

    private static TaskTimeoutException DoesNotStop(TracedTask task) =>
        new($"task {task.Tid} of process {task.Pid} does not stop: it is {Whereabouts.Of(new ProcTask(task.Pid, task.Tid))}");
}
