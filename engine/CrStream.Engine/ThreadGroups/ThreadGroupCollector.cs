using CrStream.Abstractions;
using CrStream.Engine.Signals;
using CrStream.Linux.Acting;

namespace CrStream.Engine.ThreadGroups;

/// <summary>Collects what the threads of a process have in common, with one program run inside its leader.</summary>
internal static class ThreadGroupCollector
{
    private const int PR_GET_CHILD_SUBREAPER = 37;
    private const int RLIM_NLIMITS = 16;
    private const int IntervalTimerCount = 3;

    /// <summary>Collects a process.</summary>
    /// <param name="process">The process.</param>
    /// <param name="leaderSecureBits">The securebits of its leader, needed where that has ended.</param>
    /// <param name="stopIsNews">Whether its parent has still to be told that it is stopped.</param>
    public static ThreadGroupState Collect(FrozenProcess process, uint leaderSecureBits, bool stopIsNews)
    {
        var listed = process.Leader.Proc.Timers();
        var program = new SyscallProgram();
        var limits = Enumerable.Range(0, RLIM_NLIMITS).Select(resource =>
        {
            var limit = program.Reserve(16);
            program.Call(SystemCall.prlimit64, 0, resource, 0, limit);
            return limit;
        }).ToArray();
        var intervals = Enumerable.Range(0, IntervalTimerCount).Select(which =>
        {
            var value = program.Reserve(32);
            program.Call(SystemCall.getitimer, which, value);
            return value;
        }).ToArray();
        var timers = listed.Select(timer =>
        {
            var value = program.Reserve(32);
            program.Call(SystemCall.timer_gettime, timer.Id, value);
            return (timer, value);
        }).ToArray();
        var subreaper = program.Reserve(8);
        program.Call(SystemCall.prctl, PR_GET_CHILD_SUBREAPER, subreaper, 0, 0, 0);
        var pending = PendingSignals.Timers(process);
        var outcome = process.Leader.Run(program);
        return new()
        {
            Pid = process.Pid,
            Limits = [.. limits.Select(limit => (outcome.UInt64(limit), outcome.UInt64(limit, 8)))],
            IntervalTimers = [.. intervals.Select(value => (Time(outcome, value, 0, 1_000_000), Time(outcome, value, 16, 1_000_000)))],
            PosixTimers = [.. timers.Select(timer => new PosixTimer(
                timer.timer.Id, timer.timer.Clock, (int)timer.timer.Notify | (timer.timer.IsThread ? PosixTimer.SIGEV_THREAD_ID : 0), timer.timer.Signal, timer.timer.Value, timer.timer.IsThread ? timer.timer.Target : 0,
                (long)Time(outcome, timer.value, 0, 1_000_000_000), (long)Time(outcome, timer.value, 16, 1_000_000_000), pending.Contains(timer.timer.Id)))],
            PendingSignals = PendingSignals.Collect(process.Leader, shared: true),
            Personality = process.Leader.Proc.Personality(),
            OomScoreAdjustment = process.Leader.Proc.OomScoreAdjustment(),
            ChildSubreaper = outcome.UInt32(subreaper) != 0,
            StoppedBy = process.StoppedBy,
            EndedLeader = EndedLeader.Collect(process, leaderSecureBits),
            StopIsNews = stopIsNews,
        };
    }

    // struct itimerval and struct itimerspec: seconds and a fraction, twice.
    private static ulong Time(SyscallOutcome outcome, SyscallBuffer value, int offset, ulong fractions) =>
        (outcome.UInt64(value, offset) * fractions) + outcome.UInt64(value, offset + 8);
}
