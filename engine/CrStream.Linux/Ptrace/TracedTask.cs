using System.Runtime.InteropServices;
using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using static CrStream.Linux.Ptrace.PtraceNative;
using static CrStream.Linux.Ptrace.PtraceRequest;

namespace CrStream.Linux.Ptrace;

/// <summary>
/// A task that this thread traces. Every method must run on the thread that seized it, and all but
/// <see cref="Interrupt"/> and <see cref="Wait"/> need it stopped; see ptrace(2). A task that was killed is no longer
/// there to be asked, whatever the kernel had promised: every method may throw <see cref="TaskEndedException"/>.
/// </summary>
/// <param name="pid">The thread group's id.</param>
/// <param name="tid">The task's id.</param>
public sealed unsafe class TracedTask(int pid, int tid)
{
    /// <summary>One siginfo_t, in bytes.</summary>
    public const int SiginfoLength = 128;

    /// <summary>The thread group's id.</summary>
    public int Pid { get; } = pid;

    /// <summary>The task's id.</summary>
    public int Tid { get; } = tid;

    /// <summary>Traces a task without stopping it (PTRACE_SEIZE).</summary>
    /// <exception cref="KernelException">ESRCH when it is gone, EPERM when it is traced already or not ours to trace.</exception>
    public static TracedTask Seize(int pid, int tid, PtraceOptions options)
    {
        return ptrace(PTRACE_SEIZE, tid, 0, (nuint)options) == 0
            ? new TracedTask(pid, tid)
            : throw new KernelException("ptrace", Marshal.GetLastPInvokeError(), $"seize of task {tid}");
    }

    /// <summary>Asks the task to stop.</summary>
    public void Interrupt() => Check(PTRACE_INTERRUPT, 0, 0);

    /// <summary>The signal of the group stop that the task was seen in, 0 for none: job control holds it.</summary>
    public int GroupStopSignal { get; private set; }

    /// <summary>The next stop, or null when none comes in time.</summary>
    public TaskStop? Wait(Deadline deadline)
    {
        var stop = Waiting.For(Tid, deadline);
        if (stop is { IsGroupStop: true } group)
        {
            GroupStopSignal = group.Signal;
        }

        return stop;
    }

    /// <summary>Lets the task go on, delivering a signal where one is given.</summary>
    public void Continue(int signal = 0) => Check(PTRACE_CONT, 0, (nuint)signal);

    /// <summary>Lets the task go on to the next entry or exit of a system call.</summary>
    public void ContinueToSystemCall() => Check(PTRACE_SYSCALL, 0, 0);

    /// <summary>Lets the task go for good, delivering a signal where one is given.</summary>
    public void Detach(int signal = 0) => Check(PTRACE_DETACH, 0, (nuint)signal);

    /// <summary>Changes what the task reports.</summary>
    public void SetOptions(PtraceOptions options) => Check(PTRACE_SETOPTIONS, 0, (nuint)options);

    /// <summary>What an event has to say: a new task's id, an exit status.</summary>
    public ulong EventMessage()
    {
        nuint message = 0;
        Check(PTRACE_GETEVENTMSG, 0, (nuint)(&message));
        return message;
    }

    /// <summary>The general registers.</summary>
    public Registers GetRegisters()
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
    public void SetRegisters(Registers registers) => SetRegisterSet(NT_PRSTATUS, registers.Raw);

    /// <summary>The extended state: floating point and vector registers, as XSAVE lays it out.</summary>
    public byte[] GetExtendedState()
    {
        var room = new byte[16384];
        var length = GetRegisterSet(Processor.Current.ExtendedStateNote, room);
        return room[..length];
    }

    /// <summary>Sets the extended state.</summary>
    public void SetExtendedState(ReadOnlySpan<byte> state) => SetRegisterSet(Processor.Current.ExtendedStateNote, state);

    /// <summary>The blocked signals, bit N - 1 for signal N. In a call that has swapped the mask, the one that comes back.</summary>
    public ulong GetSignalMask()
    {
        ulong mask = 0;
        Check(PTRACE_GETSIGMASK, sizeof(ulong), (nuint)(&mask));
        return mask;
    }

    /// <summary>Sets the blocked signals.</summary>
    public void SetSignalMask(ulong mask) => Check(PTRACE_SETSIGMASK, sizeof(ulong), (nuint)(&mask));

    /// <summary>The pending signals' siginfo_t, 128 bytes each, in the order of their queue; they stay pending.</summary>
    /// <param name="shared">Those of the process rather than of this task alone.</param>
    public List<byte[]> PeekPendingSignals(bool shared)
    {
        const int batch = 32;
        var pending = new List<byte[]>();
        var room = stackalloc byte[batch * SiginfoLength];
        while (true)
        {
            var arguments = new PeekSiginfoArguments { Offset = (ulong)pending.Count, Flags = shared ? (uint)PTRACE_PEEKSIGINFO_SHARED : 0, Count = batch };
            var found = (int)Check(PTRACE_PEEKSIGINFO, (nuint)(&arguments), (nuint)room);
            for (var i = 0; i < found; i++)
            {
                pending.Add(new ReadOnlySpan<byte>(room + (i * SiginfoLength), SiginfoLength).ToArray());
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
        RseqConfiguration configuration = default;
        var length = ptrace(PTRACE_GET_RSEQ_CONFIGURATION, Tid, (nuint)sizeof(RseqConfiguration), (nuint)(&configuration));
        return length <= 0 || configuration.Pointer == 0 ? null : new(configuration.Pointer, configuration.Size, configuration.Signature, configuration.Flags);
    }

    private long Check(long request, nuint address, nuint data)
    {
        var result = ptrace(request, Tid, address, data);
        return result >= 0 ? result
            : Marshal.GetLastPInvokeError() is var error && error == ErrorNumber.ESRCH ? throw new TaskEndedException(Tid)
            : throw new KernelException("ptrace", error, $"request 0x{request:x} on task {Tid}");
    }

    private int GetRegisterSet(int note, Span<byte> room)
    {
        fixed (byte* bytes = room)
        {
            var vector = new IoVector { Base = (nuint)bytes, Length = (nuint)room.Length };
            Check(PTRACE_GETREGSET, (nuint)note, (nuint)(&vector));
            return (int)vector.Length;
        }
    }

    private void SetRegisterSet(int note, ReadOnlySpan<byte> state)
    {
        fixed (byte* bytes = state)
        {
            var vector = new IoVector { Base = (nuint)bytes, Length = (nuint)state.Length };
            Check(PTRACE_SETREGSET, (nuint)note, (nuint)(&vector));
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public nuint Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PeekSiginfoArguments
    {
        public ulong Offset;
        public uint Flags;
        public int Count;
    }

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
