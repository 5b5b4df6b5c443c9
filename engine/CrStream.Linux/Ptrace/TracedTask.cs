using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using static CrStream.Linux.Ptrace.PtraceRequest;

namespace CrStream.Linux.Ptrace;

/// <summary>
/// A task that obeys us: one that this thread traces (<see cref="OwnTracee"/>), or one that is reached through the task
/// that traces it. Every method must run on the tracer's thread, and all but <see cref="Interrupt"/> and
/// <see cref="Wait"/> need it stopped; see ptrace(2). A task that was killed is no longer there to be asked, whatever the
/// kernel had promised: every method may throw <see cref="TaskEndedException"/>.
/// </summary>
/// <param name="pid">The thread group's id.</param>
/// <param name="tid">The task's id.</param>
public abstract class TracedTask(int pid, int tid)
{
    /// <summary>One siginfo_t, in bytes.</summary>
    public const int SiginfoLength = 128;

    /// <summary>The thread group's id.</summary>
    public int Pid { get; } = pid;

    /// <summary>The task's id.</summary>
    public int Tid { get; } = tid;

    /// <summary>Asks the task to stop.</summary>
    public virtual void Interrupt() => Check(PTRACE_INTERRUPT, 0, 0);

    /// <summary>The signal of the group stop that the task was seen in, 0 for none: job control holds it.</summary>
    public int GroupStopSignal { get; protected set; }

    /// <summary>Whether it stands still only because it was stopped here, so that calls which that has ended are made again.</summary>
    public virtual bool IsStoppedHere => true;

    /// <summary>The next stop, or null when none comes in time.</summary>
    public TaskStop? Wait(Deadline deadline)
    {
        var stop = NextStop(deadline);
        if (stop is { IsGroupStop: true } group)
        {
            GroupStopSignal = group.Signal;
        }

        return stop;
    }

    /// <summary>Lets the task go on, delivering a signal where one is given.</summary>
    public virtual void Continue(int signal = 0) => Check(PTRACE_CONT, 0, (ulong)signal);

    /// <summary>Lets the task go on to the next entry or exit of a system call.</summary>
    public virtual void ContinueToSystemCall() => Check(PTRACE_SYSCALL, 0, 0);

    /// <summary>Lets the task go for good, delivering a signal where one is given.</summary>
    public virtual void Detach(int signal = 0) => Check(PTRACE_DETACH, 0, (ulong)signal);

    /// <summary>Changes what the task reports.</summary>
    public virtual void SetOptions(PtraceOptions options) => Check(PTRACE_SETOPTIONS, 0, (ulong)options);

    /// <summary>What an event has to say: a new task's id, an exit status.</summary>
    public ulong EventMessage()
    {
        Span<byte> message = stackalloc byte[8];
        Check(PTRACE_GETEVENTMSG, 0, message);
        return BinaryPrimitives.ReadUInt64LittleEndian(message);
    }

    /// <summary>The general registers.</summary>
    public virtual Registers GetRegisters()
    {
        var raw = new byte[Processor.Current.RegistersLength];
        if (GetRegisterSet(NT_PRSTATUS, raw) != raw.Length)
        {
            // The kernel gives the register set of the mode that the task is in.
            throw new CheckpointException($"task {Tid} of process {Pid} runs code of another architecture than this program's", "32-bit programs cannot be checkpointed");
        }

        return Processor.Current.CreateRegisters(raw);
    }

    /// <summary>Sets the general registers.</summary>
    public virtual void SetRegisters(Registers registers) => Check(RegisterSet(PTRACE_SETREGSET, NT_PRSTATUS, registers.Raw));

    /// <summary>The extended state: floating point and vector registers, as XSAVE lays it out.</summary>
    public byte[] GetExtendedState()
    {
        var room = new byte[16384];
        var length = GetRegisterSet(Processor.Current.ExtendedStateNote, room);
        return room[..length];
    }

    /// <summary>Sets the extended state.</summary>
    public void SetExtendedState(ReadOnlySpan<byte> state) => Check(RegisterSet(PTRACE_SETREGSET, Processor.Current.ExtendedStateNote, state.ToArray()));

    /// <summary>The blocked signals, bit N - 1 for signal N. In a call that has swapped the mask, the one that comes back.</summary>
    public virtual ulong GetSignalMask()
    {
        Span<byte> mask = stackalloc byte[8];
        Check(PTRACE_GETSIGMASK, (ulong)mask.Length, mask);
        return BinaryPrimitives.ReadUInt64LittleEndian(mask);
    }

    /// <summary>Sets the blocked signals.</summary>
    public virtual void SetSignalMask(ulong mask) => Check(PTRACE_SETSIGMASK, sizeof(ulong), BitConverter.GetBytes(mask));

    /// <summary>Sets the registers and the mask with which the task goes on: the mask first, so that it never runs its own code under another one.</summary>
    public virtual void PutBack(Registers registers, ulong mask)
    {
        SetSignalMask(mask);
        SetRegisters(registers);
    }

    /// <summary>The pending signals' siginfo_t, 128 bytes each, in the order of their queue; they stay pending.</summary>
    /// <param name="shared">Those of the process rather than of this task alone.</param>
    public List<byte[]> PeekPendingSignals(bool shared)
    {
        const int batch = 32;
        var pending = new List<byte[]>();
        var room = new byte[batch * SiginfoLength];
        Span<byte> arguments = stackalloc byte[16];
        while (true)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(arguments, (ulong)pending.Count);
            BinaryPrimitives.WriteUInt32LittleEndian(arguments[8..], shared ? (uint)PTRACE_PEEKSIGINFO_SHARED : 0);
            BinaryPrimitives.WriteInt32LittleEndian(arguments[12..], batch);
            var found = (int)Check(PeekSiginfo(arguments, room));
            for (var i = 0; i < found; i++)
            {
                pending.Add(room.AsSpan(i * SiginfoLength, SiginfoLength).ToArray());
            }

            if (found == 0)
            {
                return pending;
            }
        }
    }

    /// <summary>Where the task registered its restartable sequences; null where it did not, or where the kernel cannot say.</summary>
    public RestartableSequences? GetRestartableSequences()
    {
        Span<RseqConfiguration> configuration = stackalloc RseqConfiguration[1];
        var bytes = MemoryMarshal.AsBytes(configuration);
        var length = Request(PTRACE_GET_RSEQ_CONFIGURATION, (ulong)bytes.Length, bytes);
        return length <= 0 || configuration[0].Pointer == 0 ? null : new(configuration[0].Pointer, configuration[0].Size, configuration[0].Signature, configuration[0].Flags);
    }

    /// <summary>Waits.</summary>
    protected abstract TaskStop? NextStop(Deadline deadline);

    /// <summary>Makes a request whose data is a number.</summary>
    /// <returns>The result, or the negative error number.</returns>
    protected abstract long Request(long request, ulong address, ulong data);

    /// <summary>Makes a request whose data points to bytes, which the kernel reads or writes.</summary>
    protected abstract long Request(long request, ulong address, Span<byte> data);

    /// <summary>Reads or writes a register set.</summary>
    /// <returns>Its length in bytes, or the negative error number.</returns>
    protected abstract long RegisterSet(long request, int note, Span<byte> data);

    /// <summary>Makes a request of PTRACE_PEEKSIGINFO, whose address points to its arguments.</summary>
    protected abstract long PeekSiginfo(ReadOnlySpan<byte> arguments, Span<byte> room);

    private void Check(long request, ulong address, ulong data) => Check(Request(request, address, data), request);

    private void Check(long request, ulong address, Span<byte> data) => Check(Request(request, address, data), request);

    private long Check(long result, long request = PTRACE_GETREGSET) =>
        result >= 0 ? result
            : result == -ErrorNumber.ESRCH ? throw new TaskEndedException(Tid)
            : throw new KernelException("ptrace", (int)-result, $"request 0x{request:x} on task {Tid}");

    private int GetRegisterSet(int note, Span<byte> room) => (int)Check(RegisterSet(PTRACE_GETREGSET, note, room));

    [StructLayout(LayoutKind.Sequential)]
    private struct RseqConfiguration
    {
        public ulong Pointer;
        public uint Size;
        public uint Signature;
        public uint Flags;
        public uint Padding;
    }
}
