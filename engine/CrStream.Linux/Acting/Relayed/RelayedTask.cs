using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using CrStream.Linux.Proc;
using CrStream.Linux.Ptrace;
using static CrStream.Linux.Ptrace.PtraceRequest;

namespace CrStream.Linux.Acting.Relayed;

/// <summary>
/// A task that another task of the tree traces. It is never taken from its tracer: each request is made inside that one,
/// by a program of calls.
/// </summary>
/// <remarks>
/// What sets the task's registers and lets it run is kept back until it is waited for, and is then one program, which the
/// tracer carries through whatever happens to this process; and while the task is away from where it was found, the
/// tracer's <see cref="LastWill"/> is to bring it back. So a kill of this process at any instant leaves the tracee
/// traced, in the stop that it was in.
/// </remarks>
internal sealed class RelayedTask : TracedTask
{
    private const ulong AllSignals = ulong.MaxValue;
    private const int SIGSTOP = 19;
    private const int CLD_TRAPPED = 4;
    private const int CLD_KILLED = 2;
    private const int EventStop = (128 << 16) | (5 << 8) | 0x7F;

    private readonly FrozenTask tracer;
    private readonly (int Pid, int Tid) seen;
    private readonly ulong callInstruction;
    private readonly int carrier;
    private Registers own;
    private ulong ownMask;
    private Registers current;
    private Registers? registers;
    private ulong? mask;
    private (long Request, int Signal)? resume;
    private bool interrupt;
    private bool atKnownStop;
    private bool ended;

    /// <summary>Notes a tracee.</summary>
    /// <param name="tracer">Its tracer, frozen.</param>
    /// <param name="ids">The tracee's process and task.</param>
    /// <param name="relation">Where it stands, or is to stand in the end.</param>
    /// <param name="state">The registers with which it goes on, and its mask.</param>
    /// <param name="pending">Its pending signals.</param>
    /// <param name="callInstruction">The address of an instruction that calls the kernel.</param>
    public RelayedTask(FrozenTask tracer, (int Pid, int Tid) ids, TraceRelation relation, (Registers Registers, ulong Mask) state, ulong pending, ulong callInstruction)
        : base(ids.Pid, ids.Tid)
    {
        this.tracer = tracer;
        this.callInstruction = callInstruction;
        seen = SeenBy(tracer, new ProcTask(ids.Pid, ids.Tid).Status());
        Relation = relation;
        (own, ownMask) = state;
        current = own;
        carrier = WayBack.ChooseCarrier(pending);
        GroupStopSignal = relation.Stop is TraceStop.Group or TraceStop.Listening ? relation.Signal : 0;
    }

    /// <summary>Where it stands, or is to stand in the end.</summary>
    public TraceRelation Relation { get; }

    /// <summary>Whether it is not where it is to be in the end.</summary>
    public bool IsAway { get; set; }

    /// <summary>Whether a SIGSTOP is pending by which it was to be stopped.</summary>
    public bool StopIsPending { get; set; }

    /// <summary>Whether job control holds the process already.</summary>
    public bool GroupIsStopped { get; init; }

    /// <summary>Whether the tracer's last will is kept; where all dies with this process there is none.</summary>
    public bool HasLastWill { get; init; }

    /// <inheritdoc/>
    public override bool IsStoppedHere => Relation.Stop == TraceStop.Running;

    /// <inheritdoc/>
    public override void Interrupt() => interrupt = true;

    /// <inheritdoc/>
    public override void Continue(int signal = 0) => resume = (PTRACE_CONT, signal);

    /// <inheritdoc/>
    public override void ContinueToSystemCall() => resume = (PTRACE_SYSCALL, 0);

    /// <summary>The tracer's options stay; see <see cref="NextStop"/>.</summary>
    public override void SetOptions(PtraceOptions options)
    {
    }

    /// <inheritdoc/>
    public override Registers GetRegisters() => IsAway ? current.Clone() : own.Clone();

    /// <inheritdoc/>
    public override void SetRegisters(Registers registers) => this.registers = registers.Clone();

    /// <inheritdoc/>
    public override ulong GetSignalMask() => ownMask;

    /// <inheritdoc/>
    public override void SetSignalMask(ulong mask) => this.mask = mask;

    /// <inheritdoc/>
    public override void PutBack(Registers registers, ulong mask)
    {
        (own, ownMask) = (registers.Clone(), mask);
        base.PutBack(registers, mask);
    }

    /// <summary>Brings the task back to where it is to be. It stays with its tracer.</summary>
    public override void Detach(int signal = 0)
    {
        if (ended || !IsAway)
        {
            return;
        }

        var program = new SyscallProgram();
        AppendWayBack(program);
        IsAway = false;
        RenewLastWill();
        tracer.Run(program);
    }

    /// <summary>Appends the calls by which its tracer brings it back.</summary>
    public void AppendWayBack(SyscallProgram program)
    {
        if (IsAway)
        {
            Way().Append(program, Relation);
        }
    }

    /// <inheritdoc/>
    protected override TaskStop? NextStop(Deadline deadline)
    {
        var program = new SyscallProgram();
        AppendWhatWasKeptBack(program);
        var info = program.AwaitStop(seen.Tid);
        program.TakeStop(seen.Tid);
        var raw = program.Reserve(Processor.Current.RegistersLength);
        var (_, read) = program.RegisterSet(PTRACE_GETREGSET, seen.Tid, NT_PRSTATUS, raw);
        var interrupted = interrupt;
        (IsAway, registers, mask, resume, interrupt) = (true, null, null, null, false);
        RenewLastWill();
        SyscallOutcome outcome;
        try
        {
            outcome = tracer.Run(program);
        }
        catch (TaskTimeoutException)
        {
            // The tracer waits no more, and the task runs still: whoever asks next interrupts it.
            return null;
        }

        var code = (int)outcome.UInt32(info, PtraceCalls.SiginfoCode);
        var status = (int)outcome.UInt32(info, PtraceCalls.SiginfoStatus);
        if (code < CLD_TRAPPED || outcome[read] < 0)
        {
            ended = true;
            return new TaskStop(code >= CLD_KILLED ? status : status << 8);
        }

        current = Processor.Current.CreateRegisters(outcome[raw].ToArray());
        var stop = new TaskStop((status << 8) | 0x7F);
        return interrupted && stop.IsSignalDelivery && stop.Signal is var signal && (signal == carrier || signal == SIGSTOP) ? new TaskStop(EventStop) : stop;
    }

    /// <inheritdoc/>
    protected override long Request(long request, ulong address, ulong data)
    {
        var program = new SyscallProgram();
        var result = program.Ptrace(request, seen.Tid, address, data);
        return tracer.Run(program)[result];
    }

    /// <inheritdoc/>
    protected override long Request(long request, ulong address, Span<byte> data)
    {
        var program = new SyscallProgram();
        var bytes = program.Store(data);
        var result = program.Ptrace(request, seen.Tid, address, bytes);
        var outcome = tracer.Run(program);
        outcome[bytes].CopyTo(data);
        return outcome[result];
    }

    /// <inheritdoc/>
    protected override long RegisterSet(long request, int note, Span<byte> data)
    {
        var program = new SyscallProgram();
        var bytes = program.Store(data);
        var (vector, result) = program.RegisterSet(request, seen.Tid, note, bytes);
        var outcome = tracer.Run(program);
        outcome[bytes].CopyTo(data);
        return outcome[result] < 0 ? outcome[result] : (long)outcome.UInt64(vector, 8);
    }

    /// <inheritdoc/>
    protected override long PeekSiginfo(ReadOnlySpan<byte> arguments, Span<byte> room)
    {
        var program = new SyscallProgram();
        var wanted = program.Store(arguments);
        var bytes = program.Store(room);
        var result = program.Ptrace(PTRACE_PEEKSIGINFO, seen.Tid, wanted, bytes);
        var outcome = tracer.Run(program);
        outcome[bytes].CopyTo(room);
        return outcome[result];
    }

    /// <summary>The numbers that a task has in the tracer's pid namespace.</summary>
    public static (int Pid, int Tid) SeenBy(FrozenTask tracer, ProcStatus status)
    {
        var depth = tracer.Status.NSpid.Count - 1;
        return depth < status.NSpid.Count
            ? (status.NStgid[depth], status.NSpid[depth])
            : throw new DeniedException($"task {status.Pid} is traced from a pid namespace below its own, which cannot be carried");
    }

    private WayBack Way() => new(seen.Pid, seen.Tid, own, ownMask) { Carrier = carrier, StopIsPending = StopIsPending, GroupIsStopped = GroupIsStopped, CallInstruction = callInstruction };

    /// <summary>
    /// While it is away it reports system calls as such, and nothing else that its tracer wants to know. A task that
    /// stands still is interrupted by a signal of ours: PTRACE_INTERRUPT is for seized tasks only.
    /// </summary>
    private void AppendWhatWasKeptBack(SyscallProgram program)
    {
        if (interrupt && resume is null)
        {
            // It runs, and answers no more.
            if (Relation.Seized)
            {
                program.Ptrace(PTRACE_INTERRUPT, seen.Tid, 0, 0);
            }
            else
            {
                program.Try(SystemCall.tgkill, seen.Pid, seen.Tid, SIGSTOP);
                StopIsPending = true;
            }

            return;
        }

        if (!atKnownStop)
        {
            // From the entry of a call, it would first come to that one's exit.
            Way().AppendKnownStop(program);
            program.Ptrace(PTRACE_SETOPTIONS, seen.Tid, 0, (uint)PtraceOptions.TraceSysGood | (Relation.Options & (uint)PtraceOptions.ExitKill));
            (atKnownStop, StopIsPending) = (true, false);
        }

        if (registers is not null)
        {
            program.SetRegisters(seen.Tid, registers);
        }

        if (interrupt)
        {
            program.SetSignalMask(seen.Tid, AllSignals & ~NotificationSignal.Bit(carrier));
            program.Try(SystemCall.tgkill, seen.Pid, seen.Tid, carrier);
        }
        else if (mask is { } wanted)
        {
            program.SetSignalMask(seen.Tid, wanted);
        }

        if (resume is var (request, signal))
        {
            program.Ptrace(request, seen.Tid, 0, signal);
        }
    }

    /// <summary>From the next program on, the tracer that is let go brings back all that are then away.</summary>
    public void RenewLastWill()
    {
        if (HasLastWill)
        {
            var program = new SyscallProgram();
            tracer.Tracees.ForEach(tracee => tracee.AppendWayBack(program));
            tracer.SetLastWill(program);
        }
    }
}
