using System.Buffers.Binary;
using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using CrStream.Linux.Memory;
using CrStream.Linux.Proc;
using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Acting;

/// <summary>
/// Runs system calls inside the tasks of one address space. At every instant the tracer may be killed, and the task
/// that is inside goes on with its own registers and mask: code and frame are written first, then the registers are
/// set, then the mask, then it runs. One task is inside at a time, since there is one frame.
/// </summary>
internal sealed class ActingSpace(TaskMemory memory, BootSlot slot, ulong scratch)
{
    /// <summary>The scratch's length in bytes: code, frame and the longest program; then the room of a <see cref="LastWill"/>.</summary>
    /// <remarks>An odd number of pages, so that no mapping of the application's own is easily taken for it.</remarks>
    public const int ScratchLength = ProgramsLength + LastWill.Length;

    private const int ProgramsLength = 65 * PageLength;

    private const int PageLength = 4096;

    private const int PROT_READ_WRITE = 3;
    private const int PROT_READ_WRITE_EXEC = 7;
    private const int MAP_FIXED = 0x10;
    private const int MAP_PRIVATE_ANONYMOUS = 0x22;
    private const int MAP_SHARED_ANONYMOUS = 0x21;
    private const int MAP_FIXED_NOREPLACE = 0x100000;
    private const int MREMAP_MAYMOVE_FIXED = 3;
    private const ulong HolePlacement = 1 << 21;
    private const ulong UserSpaceEnd = 1UL << 63;
    private const int SIGTRAP = 5;
    private const ulong AllSignals = ulong.MaxValue;

    private static readonly TimeSpan PatienceForInterrupt = TimeSpan.FromSeconds(1);

    private BootSlot slot = slot;
    private FrozenTask? inside;
    private FrozenTask? testator;
    private IReadOnlyList<DetailedMapping>? mappings;
    private int signal;
    private int atGate;

    /// <summary>The scratch's address, 0 while there is none.</summary>
    public ulong Scratch { get; private set; } = scratch;

    /// <summary>
    /// The mappings without the scratch, read when they are first asked for: all tasks that have the address space are
    /// stopped by then. It takes long in a large process.
    /// </summary>
    /// <param name="proc">A task that has it.</param>
    public IReadOnlyList<DetailedMapping> Mappings(ProcTask proc) => mappings ??= [.. proc.Smaps().Where(mapping => Scratch == 0 || mapping.Start != Scratch)];

    /// <summary>Notes the mappings of an address space that was made here.</summary>
    public void Know(IEnumerable<DetailedMapping> known) => mappings = [.. known.Where(mapping => mapping.Start != Scratch)];

    /// <summary>The length of the loop and its frame.</summary>
    public static int HeadLength => Processor.Current.Code.Loop.Length + ActingFrame.Length;

    /// <summary>
    /// How much is mapped from <see cref="Scratch"/> on, in bytes. Where tasks are made it is more than the scratch: room
    /// for each task's way out, and the <see cref="Gate"/>.
    /// </summary>
    public ulong MappedLength { get; private set; } = ScratchLength;

    /// <summary>The address of the gate's page, which all tasks that are made share.</summary>
    private ulong GateAddress => Scratch + MappedLength - PageLength;

    /// <summary>
    /// The scratch that a killed tracer left. It is noted before it is mapped and until after it is unmapped, so a note
    /// alone proves nothing.
    /// </summary>
    public static ulong FindAbandoned(BootSlot slot, IEnumerable<Mapping> mappings)
    {
        var noted = slot.AbandonedScratch();
        return mappings.Any(mapping => mapping.Start == noted && mapping.End == noted + ScratchLength
            && mapping.Protection == (Protection.Read | Protection.Write | Protection.Exec) && mapping.Path is null) ? noted : 0;
    }

    /// <summary>
    /// The frame with which a task is on its way out of our code, whose tracer was killed; null where its instruction
    /// pointer does not lie there. What the frame says is what the task goes on with, wherever in the code it is.
    /// </summary>
    public byte[]? FrameOnTheWayOut(ulong address)
    {
        if (slot.Contains(address))
        {
            return slot.ReadFrame();
        }

        if (Scratch == 0 || address < Scratch || address >= Scratch + (ulong)HeadLength)
        {
            return null;
        }

        var frame = new byte[ActingFrame.Length];
        memory.Read(Scratch + (ulong)Processor.Current.Code.Loop.Length, frame);
        return frame;
    }

    /// <summary>Runs a program inside a task.</summary>
    public SyscallOutcome Run(FrozenTask task, SyscallProgram program)
    {
        var code = Enter(task, program);
        GoAndWait(task);
        var outcome = new byte[code.OutcomeLength];
        memory.Read(Scratch + (ulong)code.OutcomeOffset, outcome);
        return code.ReadOutcome(outcome, ExecutedEntries(code), task.Tid);
    }

    /// <summary>
    /// Begins a call inside a task and interrupts it, so that the kernel has noted how it goes on; the task then gets its
    /// own registers, which must say the same. A call that did not wait is finished: its result is put there.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="program">The one call.</param>
    public void BeginInterrupted(FrozenTask task, SyscallProgram program)
    {
        Enter(task, program);
        var deadline = Deadline.In(task.Timeout);
        long result = 0;
        for (var stops = 0; stops < 2;)
        {
            task.Trace.ContinueToSystemCall();
            var stop = Next(task, deadline);
            if (stop.IsSystemCall && stops++ == 0)
            {
                task.Trace.Interrupt();
            }

            result = task.Trace.GetRegisters().Result;
        }

        StopOnTheWayOut(task, deadline);
        if (result != task.Registers.Result)
        {
            (task.Registers.Result, task.Registers.SystemCallNumber) = (result, -1);
        }

        PutBack();
    }

    /// <summary>Takes the scratch away, and gives the task that was inside its own registers back.</summary>
    /// <param name="any">A task that does it.</param>
    public void Leave(FrozenTask any)
    {
        if (Scratch == 0)
        {
            return;
        }

        PutBack();
        var unmapped = BootCall(any, SystemCall.munmap, [Scratch, MappedLength], Scratch);
        if (unmapped < 0)
        {
            throw new KernelException("munmap", (int)-unmapped, $"of the scratch inside task {any.Tid}");
        }

        Scratch = 0;
        slot.Clear();
    }

    /// <summary>Gives the task that is inside its own registers back.</summary>
    public void PutBack()
    {
        inside?.PutBack();
        inside = null;
    }

    /// <summary>Maps the scratch where there is none yet.</summary>
    public void EnsureScratch(FrozenTask task)
    {
        if (Scratch == 0)
        {
            MapScratch(task, MiddleOfLargestHole(task.Proc.Maps()));
        }
    }

    /// <summary>Makes the room for what a task does when it is let go in the freeze. One task of a process can have it.</summary>
    public LastWill CreateLastWill(FrozenTask task)
    {
        testator ??= task;
        if (testator != task)
        {
            throw new DeniedException($"tasks {testator.Tid} and {task.Tid}, which share their memory, both trace others, which cannot be carried yet");
        }

        EnsureScratch(task);
        return new LastWill(memory, Scratch + ProgramsLength, task);
    }

    /// <summary>Whether a task is carrying out the last will that a killed tracer left: it must not be disturbed.</summary>
    public bool IsCarryingOutLastWill(ulong address) => Scratch != 0 && address >= Scratch + ProgramsLength && address < Scratch + ScratchLength;

    /// <summary>Makes a task run a program and lets it go, untraced.</summary>
    public void EnterAndDetach(FrozenTask task, SyscallProgram program)
    {
        Enter(task, program);
        inside = null;
        task.Trace.Detach();
    }

    /// <summary>Maps the scratch.</summary>
    /// <param name="task">Inside which.</param>
    /// <param name="wanted">Where, in a hole of the address space.</param>
    /// <param name="length">How much, in bytes.</param>
    public void MapScratch(FrozenTask task, ulong wanted, ulong length = ScratchLength)
    {
        const ulong flags = MAP_PRIVATE_ANONYMOUS | MAP_FIXED_NOREPLACE;
        var address = BootCall(task, SystemCall.mmap, [wanted, length, PROT_READ_WRITE_EXEC, flags, ulong.MaxValue, 0], wanted);
        if (address is < 0 and >= -4095)
        {
            var error = (int)-address;
            slot.Clear();
            throw new CheckpointException(
                $"process {task.Pid} may not map the page from which system calls are run inside it: {ErrorNumber.Describe(error)}",
                error == ErrorNumber.EACCES ? "it denies itself writable code (PR_SET_MDWE or a security module)" : "see RLIMIT_AS and the memory limit of its cgroup");
        }

        (Scratch, MappedLength) = ((ulong)address, length);
    }

    /// <summary>The same in the copy of the address space that a fork has made.</summary>
    public ActingSpace Copy(TaskMemory copied, BootSlot copiedSlot) => new(copied, copiedSlot, Scratch) { MappedLength = MappedLength };

    /// <summary>Puts a closed gate at the end of the scratch of the first task that is made; the others inherit it.</summary>
    public void MapGate(FrozenTask task)
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.mmap, GateAddress, PageLength, PROT_READ_WRITE, MAP_SHARED_ANONYMOUS | MAP_FIXED, -1, 0);
        Run(task, program);
        memory.Write(GateAddress, Gate.Closed);
    }

    /// <summary>Opens the gate, for all tasks that share it, with one store.</summary>
    public void OpenGate() => memory.Write(GateAddress, Gate.Open);

    /// <summary>
    /// Makes a task stand at the gate: let go there, it ends where the gate is closed, and goes on with its own registers
    /// and mask where it is open. Its tracer's death thus decides nothing any more.
    /// </summary>
    /// <param name="task">The task, with its own registers and mask.</param>
    /// <param name="stopSignal">The signal that is to stop its process behind the gate, 0 for none.</param>
    public void StandAtGate(FrozenTask task, int stopSignal)
    {
        PutBack();
        var place = GateAddress - (ulong)(++atGate * Gate.RoomForTask);
        var gate = Gate.Program(task, place, GateAddress, stopSignal);
        memory.Write(place, gate.Bytes);
        var registers = task.Registers.Clone();
        Processor.Current.EnterLoop(registers, place, place + (ulong)gate.EntriesOffset);
        task.Trace.SetRegisters(registers);
        task.Trace.SetSignalMask(AllSignals);
    }

    /// <summary>Goes on with a scratch elsewhere; the old one stays mapped until whoever clears the address space unmaps it.</summary>
    public void MoveScratch(FrozenTask task, ulong wanted)
    {
        var (length, gate) = (MappedLength - PageLength, wanted + MappedLength - PageLength);
        var program = new SyscallProgram();
        program.Call(SystemCall.mmap, wanted, length, PROT_READ_WRITE_EXEC, MAP_PRIVATE_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        program.Call(SystemCall.mremap, GateAddress, PageLength, PageLength, MREMAP_MAYMOVE_FIXED, gate);
        Run(task, program);
        inside = null;
        Scratch = wanted;
    }

    /// <summary>The address of an instruction that calls the kernel, for a task that is not to come back from it.</summary>
    public ulong FindCallInstruction() => slot.FindCallInstruction();

    /// <summary>The vDSO was moved, and the boot slot with it.</summary>
    public void MoveSlot(BootSlot moved) => slot = moved;

    /// <summary>Writes a program, and sets the task's registers and mask so that it will run it.</summary>
    private ScratchProgram Enter(FrozenTask task, SyscallProgram program)
    {
        if (inside != task)
        {
            PutBack();
            EnsureScratch(task);
            WriteLoop(task);
        }

        var code = new ScratchProgram(program, Scratch, HeadLength, ProgramsLength);
        memory.Write(Scratch + (ulong)code.EntriesOffset, code.Bytes);
        var registers = task.Resting.Registers.Clone();
        Processor.Current.EnterLoop(registers, Scratch, Scratch + (ulong)code.EntriesOffset);
        task.Trace.SetRegisters(registers);
        if (inside != task)
        {
            task.Trace.SetSignalMask(AllSignals & ~NotificationSignal.Bit(signal));
            inside = task;
        }

        return code;
    }

    /// <summary>
    /// Far from everything: no mapping of the application merges with the scratch, and no stack or heap grows into one
    /// that is left behind.
    /// </summary>
    private static ulong MiddleOfLargestHole(IReadOnlyList<Mapping> mappings)
    {
        var (start, end) = mappings.Zip(mappings.Skip(1), (before, after) => (before.End, after.Start))
            .Where(hole => hole.Start < UserSpaceEnd).MaxBy(hole => hole.Start - hole.End);
        return (start + ((end - start) / 2)) & ~(HolePlacement - 1);
    }

    private void WriteLoop(FrozenTask task)
    {
        var code = Processor.Current.Code.Loop.Span;
        var head = new byte[HeadLength];
        code.CopyTo(head);
        var frame = head.AsSpan(code.Length);
        signal = NotificationSignal.Choose(task.Status.SigCgt, task.SignalMask, task.Status.SigPnd | task.Status.ShdPnd | task.SignalsToKeepPending);
        var (registers, mask) = task.Resting;
        Processor.Current.WriteFrame(frame, Processor.Current.ForUserMode(registers, task.SignalWaits), mask);
        ActingFrame.WriteNotification(frame, task.OwnPid, task.OwnTid, signal);
        memory.Write(Scratch, head);
    }

    private int ExecutedEntries(ScratchProgram code)
    {
        Span<byte> state = stackalloc byte[8];
        memory.Read(Scratch + (ulong)(Processor.Current.Code.Loop.Length + ActingFrame.StateOffset), state);
        return (int)((BinaryPrimitives.ReadUInt64LittleEndian(state) - Scratch - (ulong)code.EntriesOffset) / ActingCode.EntryLength);
    }

    /// <summary>Lets the task run until it stands behind the call by which it tells that it is done.</summary>
    private void GoAndWait(FrozenTask task)
    {
        var end = Scratch + (ulong)Processor.Current.Code.LoopReturn;
        var deadline = Deadline.In(task.Timeout);
        while (true)
        {
            if (signal == NotificationSignal.None)
            {
                task.Trace.ContinueToSystemCall();
            }
            else
            {
                task.Trace.Continue();
            }

            var stop = Next(task, deadline);
            if ((stop.IsSystemCall || (stop.IsSignalDelivery && stop.Signal == signal)) && task.Trace.GetRegisters() is var registers && registers.InstructionPointer == end)
            {
                // At the entry of the call the instruction pointer is the same, and the result is not there yet.
                if (!stop.IsSystemCall || registers.Result != -ErrorNumber.ENOSYS)
                {
                    return;
                }
            }
            else
            {
                Note(task, stop);
            }
        }
    }

    /// <summary>Runs one call at the boot slot; the task is then stopped with its own registers and mask.</summary>
    private long BootCall(FrozenTask task, SystemCall call, ReadOnlySpan<ulong> arguments, ulong noted)
    {
        var (resting, mask) = task.Resting;
        slot.Write(Processor.Current.ForUserMode(resting, task.SignalWaits), mask, noted);
        var registers = resting.Clone();
        Processor.Current.EnterBootSlot(registers, slot.Address, call, arguments);
        task.Trace.SetRegisters(registers);
        task.Trace.SetSignalMask(AllSignals);
        var deadline = Deadline.In(task.Timeout);
        for (var stops = 0; stops < 2;)
        {
            task.Trace.ContinueToSystemCall();
            var stop = Next(task, deadline);
            if (stop.IsSystemCall)
            {
                stops++;
            }
            else
            {
                Note(task, stop);
            }
        }

        var result = task.Trace.GetRegisters().Result;

        StopOnTheWayOut(task, deadline);
        task.PutBack();
        return result;
    }

    /// <summary>
    /// Stops a task that stands at the exit of a system call once more on its way to user mode. The kernel restarts an
    /// interrupted call only on the way through a signal stop, so the task must be in one when it gets its registers back.
    /// Any stop takes back an earlier request for one (kernel/signal.c, ptrace_stop), so it is asked again.
    /// </summary>
    private static void StopOnTheWayOut(FrozenTask task, Deadline deadline)
    {
        while (true)
        {
            task.Trace.Interrupt();
            task.Trace.Continue();
            var stop = Next(task, deadline);
            if (stop.IsEventStop)
            {
                return;
            }

            Note(task, stop);
        }
    }

    private static TaskStop Next(FrozenTask task, Deadline deadline)
    {
        if (task.Trace.Wait(deadline) is not { } stop)
        {
            var whereabouts = Whereabouts.Of(task.Proc);

            // Stop it, so that it can be given its own registers back, and let go.
            task.Trace.Interrupt();
            if (task.Trace.Wait(Deadline.In(PatienceForInterrupt)) is { Stopped: true })
            {
                task.PutBack();
            }

            throw new TaskTimeoutException($"task {task.Tid} of process {task.Pid} did not finish a system call that was run inside it within {task.Timeout.TotalSeconds:0.#} s: it is {whereabouts}");
        }

        return stop.Stopped ? stop : throw new TaskEndedException(task.Tid, stop);
    }

    /// <summary>A stop that is not ours: a birth is noted; a stop signal is sent again at the thaw; a fault of our own code is a bug.</summary>
    private static void Note(FrozenTask task, TaskStop stop)
    {
        if (stop.IsBirth)
        {
            task.Births.Enqueue((int)task.Trace.EventMessage());
        }

        if (!stop.IsSignalDelivery)
        {
            return;
        }

        if (stop.Signal is 19 or 20 or 21 or 22)
        {
            task.DeferredStop = stop.Signal;
        }
        else if (stop.Signal is 4 or SIGTRAP or 7 or 8 or 11 or 31)
        {
            task.PutBack();
            throw new CheckpointException($"task {task.Tid} of process {task.Pid} got signal {stop.Signal} while it ran a system call for the checkpoint");
        }
    }
}
