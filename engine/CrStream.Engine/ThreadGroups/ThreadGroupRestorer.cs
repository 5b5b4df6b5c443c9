using System.Globalization;
using System.Text;
using CrStream.Abstractions;
using CrStream.Linux.Acting;
using CrStream.Linux.Processes;

namespace CrStream.Engine.ThreadGroups;

/// <summary>Gives a new process what its threads have in common. All threads exist.</summary>
internal static class ThreadGroupRestorer
{
    private const int PR_SET_CHILD_SUBREAPER = 36;
    private const int CallsAtOnce = 500;

    /// <summary>What needs the restorer's credentials.</summary>
    /// <param name="process">The process.</param>
    /// <param name="state">What the image says of it.</param>
    /// <param name="seen">Gives a task's id as the process sees it.</param>
    public static void Restore(FrozenProcess process, ThreadGroupState state, Func<int, int> seen)
    {
        SetOomScoreAdjustment(process.Pid, state.OomScoreAdjustment);
        var program = new SyscallProgram();
        program.Call(SystemCall.personality, state.Personality);
        program.Call(SystemCall.prctl, PR_SET_CHILD_SUBREAPER, state.ChildSubreaper ? 1 : 0, 0, 0, 0);
        foreach (var info in state.PendingSignals)
        {
            program.Call(SystemCall.rt_sigqueueinfo, process.Leader.OwnPid, BitConverter.ToInt32(info), program.Store(info));
        }

        process.Leader.Run(program);
        CreateTimers(process.Leader, [.. state.PosixTimers.Select(timer => timer.NotifyTid == 0 ? timer : timer with { NotifyTid = seen(timer.NotifyTid) })]);
    }

    /// <summary>What comes last: the limits, which must not hinder the restore, and the timers, which are running then.</summary>
    public static void Complete(FrozenProcess process, ThreadGroupState state)
    {
        var program = new SyscallProgram();
        for (var resource = 0; resource < state.Limits.Count; resource++)
        {
            var (soft, hard) = state.Limits[resource];
            program.Try(SystemCall.prlimit64, 0, resource, program.Store64(soft, hard), 0);
        }

        var limits = process.Leader.Run(program);
        for (var resource = 0; resource < state.Limits.Count; resource++)
        {
            if (limits[new SyscallResult(resource)] < 0)
            {
                throw new RestoreException(
                    $"process {state.Pid} had the resource limit {resource} at {Show(state.Limits[resource].Soft)}, hard {Show(state.Limits[resource].Hard)}, which is more than this process may give",
                    "raise the limit in the restoring shell (ulimit -H), or restore with CAP_SYS_RESOURCE");
            }
        }

        var timers = new SyscallProgram();
        for (var which = 0; which < state.IntervalTimers.Count; which++)
        {
            var (interval, value) = state.IntervalTimers[which];
            timers.Call(SystemCall.setitimer, which, Times(timers, interval, ToSet(which, interval, value), 1_000_000), 0);
        }

        foreach (var timer in state.PosixTimers)
        {
            var value = timer.SignalIsPending ? 1 : timer.Value;
            timers.Call(SystemCall.timer_settime, timer.Id, 0, Times(timers, (ulong)timer.Interval, (ulong)value, 1_000_000_000), 0);
        }

        process.Leader.Run(timers);
    }

    /// <summary>Makes timers with the ids that they had: the kernel numbers upwards, so those in between are made and deleted.</summary>
    private static void CreateTimers(FrozenTask leader, IReadOnlyList<PosixTimer> timers)
    {
        var next = 0;
        foreach (var timer in timers.OrderBy(timer => timer.Id))
        {
            while (next < timer.Id)
            {
                next = SkipIds(leader, next, Math.Min(timer.Id, next + CallsAtOnce));
            }

            var program = new SyscallProgram();
            var id = program.Reserve(8);
            program.Call(SystemCall.timer_create, timer.Clock, program.Store(timer.Sigevent()), id);
            var given = leader.Run(program).UInt32(id);
            if (given != timer.Id)
            {
                throw new RestoreException($"the POSIX timer {timer.Id} of process {leader.Pid} came out as {given}", "report this kernel's release");
            }

            next = timer.Id + 1;
        }
    }

    private static int SkipIds(FrozenTask leader, int from, int to)
    {
        const int CLOCK_MONOTONIC = 1;
        var program = new SyscallProgram();
        var id = program.Reserve(8);
        for (var skipped = from; skipped < to; skipped++)
        {
            program.Call(SystemCall.timer_create, CLOCK_MONOTONIC, 0, id);
            program.Call(SystemCall.timer_delete, SyscallArgument.ContentOf(id));
        }

        leader.Run(program);
        return to;
    }

    /// <summary>
    /// The time in microseconds to set, so that the kernel has the one that it had: to a processor-time timer it adds a
    /// tick (kernel/time/itimer.c, set_cpu_itimer); and a periodic real-time timer that has expired, but whose signal has
    /// not been delivered, is not running (kernel/signal.c, dequeue_signal): it gets there by expiring at once.
    /// </summary>
    private static ulong ToSet(int which, ulong interval, ulong value)
    {
        const int ITIMER_REAL = 0;
        var tick = (ulong)Clocks.Tick / 1000;
        return which == ITIMER_REAL ? value == 0 && interval > 0 ? 1 : value
            : value > tick ? value - tick
            : Math.Min(value, 1);
    }

    private static SyscallBuffer Times(SyscallProgram program, ulong interval, ulong value, ulong fractions) =>
        program.Store64(interval / fractions, interval % fractions, value / fractions, value % fractions);

    private static string Show(ulong limit) => limit == ulong.MaxValue ? "unlimited" : limit.ToString(CultureInfo.InvariantCulture);

    private static void SetOomScoreAdjustment(int pid, int value)
    {
        var path = $"/proc/{pid}/oom_score_adj";
        if (new Linux.Proc.ProcTask(pid).OomScoreAdjustment() == value)
        {
            return;
        }

        try
        {
            File.WriteAllBytes(path, Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new RestoreException($"process {pid} had the OOM score adjustment {value}, which this process may not give", "restore with CAP_SYS_RESOURCE", refused);
        }
    }
}
