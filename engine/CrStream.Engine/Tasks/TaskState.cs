using CrStream.Abstractions;
using CrStream.Linux.Ptrace;

namespace CrStream.Engine.Tasks;

/// <summary>What one task (thread) has of its own: registers, signal state, credentials, scheduling, and what it told the kernel about its user-space structures.</summary>
internal sealed record TaskState
{
    /// <summary>The task's id.</summary>
    public required int Tid { get; init; }

    /// <summary>The thread group's id.</summary>
    public required int Pid { get; init; }

    /// <summary>The name (<c>comm</c>), at most 15 bytes.</summary>
    public required ReadOnlyMemory<byte> Name { get; init; }

    /// <summary>The general registers: the architecture's register set NT_PRSTATUS.</summary>
    public required ReadOnlyMemory<byte> Registers { get; init; }

    /// <summary>The extended state: the architecture's register set, on x86-64 NT_X86_XSTATE.</summary>
    public required ReadOnlyMemory<byte> ExtendedState { get; init; }

    /// <summary>The blocked signals, bit N - 1 for signal N.</summary>
    public required ulong SignalMask { get; init; }

    /// <summary>Pending signals of this task alone: siginfo_t of 128 bytes each.</summary>
    public required IReadOnlyList<byte[]> PendingSignals { get; init; }

    /// <summary>The alternate signal stack: address, flags, length (sigaltstack(2)).</summary>
    public required (ulong Address, uint Flags, ulong Length) SignalStack { get; init; }

    /// <summary>Where the kernel stores 0 when the task ends (set_tid_address(2)).</summary>
    public required ulong ClearChildTid { get; init; }

    /// <summary>The head of the robust futex list and its length (set_robust_list(2)).</summary>
    public required (ulong Address, ulong Length) RobustList { get; init; }

    /// <summary>The registration of rseq(2), or null.</summary>
    public required RestartableSequences? Rseq { get; init; }

    /// <summary>The signal at the parent's death (PR_SET_PDEATHSIG), 0 for none.</summary>
    public required int ParentDeathSignal { get; init; }

    /// <summary>The timer slack in nanoseconds (PR_SET_TIMERSLACK).</summary>
    public required ulong TimerSlack { get; init; }

    /// <summary>Credentials.</summary>
    public required CredentialState Credentials { get; init; }

    /// <summary>Scheduling.</summary>
    public required SchedulingState Scheduling { get; init; }

    /// <summary>The timed call that the task is in, with the time that is left; null where it is in none.</summary>
    public required TimedCall? TimedCall { get; init; }

    /// <summary>The task of the tree that traces it, and where it stands for that; null where none does.</summary>
    public required TraceRelation? TracedBy { get; init; }

    public Fields ToFields()
    {
        var fields = new Fields
        {
            ["tid"] = Tid,
            ["pid"] = Pid,
            ["name"] = Value.Bytes(Name),
            ["registers"] = Value.Bytes(Registers),
            ["extended_state"] = Value.Bytes(ExtendedState),
            ["signal_mask"] = SignalMask,
            ["pending_signals"] = Value.Array(PendingSignals.Select(info => (Value)info)),
            ["signal_stack"] = new Fields { ["address"] = SignalStack.Address, ["flags"] = SignalStack.Flags, ["length"] = SignalStack.Length },
            ["clear_child_tid"] = ClearChildTid,
            ["robust_list"] = new Fields { ["address"] = RobustList.Address, ["length"] = RobustList.Length },
            ["parent_death_signal"] = ParentDeathSignal,
            ["timer_slack"] = TimerSlack,
            ["credentials"] = Credentials.ToFields(),
            ["scheduling"] = Scheduling.ToFields(),
        };
        fields.AddIfAny("rseq", Rseq is null ? null : (Value)new Fields { ["address"] = Rseq.Address, ["length"] = Rseq.Length, ["signature"] = Rseq.Signature, ["flags"] = Rseq.Flags });
        fields.AddIfAny("timed_call", TimedCall is null ? null : (Value)TimedCall.ToFields());
        return fields.AddIfAny("traced", TracedBy is null ? null : (Value)TracedState.ToFields(TracedBy));
    }

    public static TaskState From(Fields fields) => new()
    {
        Tid = fields.Int32("tid"),
        Pid = fields.Int32("pid"),
        Name = fields.Bytes("name") is { Length: <= 15 } name ? name : throw new FieldException("name", "is longer than 15 bytes"),
        Registers = fields.Bytes("registers"),
        ExtendedState = fields.Bytes("extended_state"),
        SignalMask = fields.UInt64("signal_mask"),
        PendingSignals = Siginfos(fields, "pending_signals"),
        SignalStack = fields.Map("signal_stack") is var stack ? (stack.UInt64("address"), stack.UInt32("flags"), stack.UInt64("length")) : default,
        ClearChildTid = fields.UInt64("clear_child_tid"),
        RobustList = fields.Map("robust_list") is var list ? (list.UInt64("address"), list.UInt64("length")) : default,
        Rseq = fields.Find("rseq") is null ? null : fields.Map("rseq") is var rseq ? new(rseq.UInt64("address"), rseq.UInt32("length"), rseq.UInt32("signature"), rseq.UInt32("flags")) : null,
        ParentDeathSignal = fields.Int32("parent_death_signal"),
        TimerSlack = fields.UInt64("timer_slack"),
        Credentials = CredentialState.From(fields.Map("credentials")),
        Scheduling = SchedulingState.From(fields.Map("scheduling")),
        TimedCall = fields.Find("timed_call") is null ? null : TimedCall.From(fields.Map("timed_call")),
        TracedBy = fields.Find("traced") is null ? null : TracedState.From(fields.Map("traced")),
    };

    internal static IReadOnlyList<byte[]> Siginfos(Fields fields, string key) =>
        [.. fields.Array(key).Select(info => info.AsBytes() is { Length: TracedTask.SiginfoLength } bytes ? bytes.ToArray() : throw new FieldException(key, "has a siginfo_t that is not of 128 bytes"))];
}
