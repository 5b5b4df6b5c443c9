using CrStream.Linux.Processes;
using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Acting;

/// <summary>
/// Stops traced tasks as job control does (signal(7), ptrace(2) on group-stop). None of them runs an instruction: a
/// signal, and a part in a stop that has begun, come before.
/// </summary>
internal static class JobControl
{
    /// <summary>Sends a process a stop signal and sees it into the stop.</summary>
    /// <param name="leader">Its leader, with registers and mask that it is given back later.</param>
    /// <param name="signal">The signal.</param>
    /// <returns>False where the kernel ignores the signal.</returns>
    public static bool Stop(FrozenTask leader, int signal)
    {
        var deadline = Deadline.In(leader.Timeout);

        // SIGSTOP comes through whatever is pending, and is exchanged for the signal that is wanted; see PTRACE_CONT.
        leader.Trace.SetSignalMask(~NotificationSignal.Bit(signal));
        Signals.Send(leader.Pid, Signals.SIGSTOP);
        do
        {
            leader.Trace.Continue();
        }
        while (Next(leader, deadline) is not { IsSignalDelivery: true, Signal: Signals.SIGSTOP });

        // The request is due before the task could run an instruction, whatever becomes of the signal.
        leader.Trace.Interrupt();
        leader.Trace.Continue(signal);
        return Next(leader, deadline).IsGroupStop;
    }

    /// <summary>Sees another thread of the process into the stop.</summary>
    public static void JoinStop(FrozenTask task)
    {
        var deadline = Deadline.In(task.Timeout);
        do
        {
            task.Trace.Continue();
        }
        while (!Next(task, deadline).IsGroupStop);
    }

    private static TaskStop Next(FrozenTask task, Deadline deadline) => task.Trace.Wait(deadline) switch
    {
        null => throw new TaskTimeoutException($"task {task.Tid} of process {task.Pid} does not stop"),
        { Stopped: true } stop => stop,
        var ended => throw new TaskEndedException(task.Tid, ended),
    };
}
