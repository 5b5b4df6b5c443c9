using CrStream.Abstractions;
using CrStream.Engine.Tasks;

namespace CrStream.Engine.ThreadGroups;

/// <summary>What the threads of a process have in common apart from memory, files and signal actions (<c>struct signal_struct</c>).</summary>
internal sealed record ThreadGroupState
{
    /// <summary>The process id.</summary>
    public required int Pid { get; init; }

    /// <summary>The objects of the namespaces that it does not have from its surroundings.</summary>
    public IReadOnlyList<ulong> Namespaces { get; init; } = [];

    /// <summary>Soft and hard limit by RLIMIT_ number; ulong.MaxValue for none (getrlimit(2)).</summary>
    public required IReadOnlyList<(ulong Soft, ulong Hard)> Limits { get; init; }

    /// <summary>ITIMER_REAL, ITIMER_VIRTUAL and ITIMER_PROF: interval and time to the next expiry, in microseconds.</summary>
    public required IReadOnlyList<(ulong Interval, ulong Value)> IntervalTimers { get; init; }

    /// <summary>The timers of timer_create(2).</summary>
    public required IReadOnlyList<PosixTimer> PosixTimers { get; init; }

    /// <summary>Pending signals of the process: siginfo_t of 128 bytes each.</summary>
    public required IReadOnlyList<byte[]> PendingSignals { get; init; }

    /// <summary>The execution domain (personality(2)).</summary>
    public required uint Personality { get; init; }

    /// <summary>/proc/PID/oom_score_adj.</summary>
    public required int OomScoreAdjustment { get; init; }

    /// <summary>PR_SET_CHILD_SUBREAPER.</summary>
    public required bool ChildSubreaper { get; init; }

    /// <summary>The stop signal that holds the process (job control), 0 where it runs.</summary>
    public required int StoppedBy { get; init; }

    /// <summary>Whether its parent has still to be told of the stop (waitpid(2) with WUNTRACED).</summary>
    public required bool StopIsNews { get; init; }

    /// <summary>The leader that has ended while other threads go on; null where it lives.</summary>
    public required EndedLeader? EndedLeader { get; init; }

    public Fields ToFields() => new Fields
    {
        ["pid"] = Pid,
        ["limits"] = Value.Array(Limits.Select(limit => Value.Array([limit.Soft, limit.Hard]))),
        ["interval_timers"] = Value.Array(IntervalTimers.Select(timer => Value.Array([timer.Interval, timer.Value]))),
        ["posix_timers"] = Value.Array(PosixTimers.Select(timer => timer.ToFields())),
        ["pending_signals"] = Value.Array(PendingSignals.Select(info => (Value)info)),
        ["personality"] = Personality,
        ["oom_score_adj"] = OomScoreAdjustment,
        ["child_subreaper"] = ChildSubreaper,
        ["stopped_by"] = StoppedBy,
        ["stop_is_news"] = StopIsNews,
    }.AddIfAny("ended_leader", EndedLeader is null ? null : (Value)EndedLeader.ToFields());

    public static ThreadGroupState From(Fields fields) => new()
    {
        Pid = fields.Int32("pid"),
        Namespaces = fields.Find("namespaces") is null ? [] : [.. fields.Array("namespaces").Select(space => space.AsReference())],
        Limits = Pairs(fields, "limits"),
        IntervalTimers = Pairs(fields, "interval_timers"),
        PosixTimers = [.. fields.Maps("posix_timers").Select(PosixTimer.From)],
        PendingSignals = TaskState.Siginfos(fields, "pending_signals"),
        Personality = fields.UInt32("personality"),
        OomScoreAdjustment = fields.Int32("oom_score_adj"),
        ChildSubreaper = fields.Boolean("child_subreaper"),
        StoppedBy = fields.Int32("stopped_by"),
        EndedLeader = fields.Find("ended_leader") is null ? null : EndedLeader.From(fields.Map("ended_leader")),
        StopIsNews = fields.Boolean("stop_is_news"),
    };

    private static IReadOnlyList<(ulong, ulong)> Pairs(Fields fields, string key) =>
        [.. fields.Array(key).Select(pair => pair.AsArray() is { Count: 2 } two ? (two[0].AsUInt64(), two[1].AsUInt64()) : throw new FieldException(key, "has an entry that is no pair"))];
}
