using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using CrStream.Linux.Memory;
using CrStream.Linux.Proc;
using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Acting;

/// <summary>
/// A process whose threads are all stopped. Made and used on the tracer's thread. While it exists no thread of the
/// process runs, none is born, and each has its own registers and signal mask except while a program runs inside it.
/// </summary>
public sealed class FrozenProcess
{
    private readonly ActingSpace space;
    private readonly List<FrozenTask> tasks;

    internal FrozenProcess(int pid, TaskMemory memory, ActingSpace space, IEnumerable<FrozenTask> tasks)
    {
        Pid = pid;
        Memory = memory;
        this.space = space;
        this.tasks = [.. tasks];
    }

    /// <summary>The thread group's id.</summary>
    public int Pid { get; }

    /// <summary>The threads that live, the thread group's leader first.</summary>
    public IReadOnlyList<FrozenTask> Tasks => tasks;

    /// <summary>The leader, or where that has ended, while others go on, the first of these.</summary>
    public FrozenTask Leader => Tasks[0];

    /// <summary>Whether the leader has ended: it is a zombie until the other threads have ended too.</summary>
    public bool HasEndedLeader => Leader.Tid != Pid;

    /// <summary>The address space.</summary>
    public TaskMemory Memory { get; }

    /// <summary>The mappings in ascending order, as they were when first asked for, without the scratch.</summary>
    public IReadOnlyList<DetailedMapping> Mappings => space.Mappings(Leader.Proc);

    /// <summary>The stop signal that held the process when it was frozen, 0 where it ran.</summary>
    public int StoppedBy => Leader.Trace.GroupStopSignal;

    /// <summary>The scratch's address while it is mapped, else 0.</summary>
    public ulong Scratch => space.Scratch;

    /// <summary>How much is mapped there, in bytes.</summary>
    public ulong ScratchLength => space.MappedLength;

    /// <summary>Freezes all threads of a process, those born meanwhile included.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="timeout">How long a thread may take to stop.</param>
    /// <exception cref="CheckpointException">It cannot be frozen. The threads go on.</exception>
    public static FrozenProcess Freeze(int pid, TimeSpan timeout) => Freeze(pid, PtraceOptions.TraceSysGood, _ => null, timeout);

    /// <summary>Freezes all threads of a process.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="options">What they report.</param>
    /// <param name="sharerOf">Finds the process, frozen before, whose address space a task has as well: only one task of all that have it may be inside the scratch.</param>
    /// <param name="timeout">How long a thread may take to stop.</param>
    /// <param name="relay">Makes a thread obey that is traced by another task; null where there is none that could.</param>
    internal static FrozenProcess Freeze(int pid, PtraceOptions options, Func<int, FrozenProcess?> sharerOf, TimeSpan timeout, Func<int, int, TracedTask?>? relay = null)
    {
        var traces = Threads.Stop(pid, options, Deadline.In(timeout), relay);
        TaskMemory? memory = null;
        try
        {
            var alive = traces[0].Tid;
            memory = TaskMemory.Open(alive);
            var space = sharerOf(alive)?.space ?? FindSpace(alive, memory);
            var tasks = traces.Select(trace => new FrozenTask(trace, space, timeout)).ToList();
            tasks.ForEach(task => SuspendFilter(task, options));
            tasks.ForEach(task => Settle(task, space, memory));
            return new(pid, memory, space, tasks);
        }
        catch (Exception failure)
        {
            memory?.Dispose();
            Threads.LetGo(traces);
            if (failure is KernelException { Error: ErrorNumber.ESRCH })
            {
                throw new CheckpointException($"process {pid} ended while it was being frozen", null, failure);
            }

            throw;
        }
    }

    /// <summary>Lets all threads go on, as if nothing had happened.</summary>
    public void Thaw()
    {
        try
        {
            tasks.ForEach(task => task.ForgetLastWill());
            space.Leave(Leader);
        }
        finally
        {
            Memory.Dispose();
            LetHandlersEndMendedCalls();
            var deferred = Tasks.Select(task => task.DeferredStop).FirstOrDefault(signal => signal != 0);
            Threads.LetGo(Tasks.Select(task => task.Trace));
            if (deferred != 0)
            {
                Processes.Signals.Send(Pid, deferred);
            }
        }
    }

    private void LetHandlersEndMendedCalls()
    {
        try
        {
            tasks.ForEach(task => task.LetHandlerEndMendedCall());
        }
        catch (CrStreamException)
        {
            // The process was killed: there is nothing to let go.
        }
    }

    internal ActingSpace Space => space;

    /// <summary>The threads that no other task of the tree traces.</summary>
    private IEnumerable<FrozenTask> Own => tasks.Where(task => task.TracedBy is null);

    /// <summary>Whether a task of the tree traces one of the threads.</summary>
    internal bool IsTraced => tasks.Exists(task => task.TracedBy is not null);

    /// <summary>Adds a thread that was born, stopped, by a program run inside another one.</summary>
    internal void Add(FrozenTask task) => tasks.Add(task);

    /// <summary>Moves the scratch of a process that was made here.</summary>
    public void MoveScratch(ulong wanted) => space.MoveScratch(Leader, wanted);

    /// <summary>
    /// Gives the leader registers with which it ends itself as soon as it is let go, while the other threads go on. While
    /// it is traced its parent would not be told of the end of the process.
    /// </summary>
    /// <param name="status">Its exit status.</param>
    public void LetLeaderEnd(int status)
    {
        Processor.Current.EnterBootSlot(Leader.Registers, space.FindCallInstruction(), SystemCall.exit, [(ulong)status]);
        Leader.SignalMask = ulong.MaxValue;
        Leader.PutBack();
    }

    /// <summary>
    /// Makes the threads of a process that was made here stand at the tree's gate: from now on they are not killed with
    /// their tracer, but end by themselves, until the gate is opened. Those that others of the tree trace die with these.
    /// </summary>
    /// <param name="stopSignal">The stop signal that is to hold the process, 0 where it is to run.</param>
    public void StandAtGate(int stopSignal)
    {
        foreach (var task in Own)
        {
            space.StandAtGate(task, task == Leader ? stopSignal : 0);
            task.Trace.SetOptions(PtraceOptions.TraceSysGood);
        }
    }

    /// <summary>Opens the gate for all processes that were made from the same stub.</summary>
    public void OpenGate() => space.OpenGate();

    /// <summary>
    /// Brings a process that was made here, and stands at the open gate, into a stop by job control. Its parent has been
    /// told of it when this returns. None of the threads runs an instruction of its own.
    /// </summary>
    /// <param name="signal">SIGSTOP, SIGTSTP, SIGTTIN or SIGTTOU.</param>
    public void StopBy(int signal)
    {
        if (IsTraced)
        {
            if (!tasks.Exists(task => task.Trace.GroupStopSignal > 0))
            {
                // It waits for the tasks, and stops them before they come to their own instructions.
                Processes.Signals.Send(Pid, signal);
            }

            return;
        }

        // In an orphaned process group only SIGSTOP stops (kernel/signal.c, get_signal).
        if (!JobControl.Stop(Leader, signal))
        {
            JobControl.Stop(Leader, Processes.Signals.SIGSTOP);
        }

        foreach (var task in tasks.Skip(1))
        {
            JobControl.JoinStop(task);
        }
    }

    /// <summary>Gives the threads of a process that was made here their own registers. The gate is open.</summary>
    public void LeaveGate()
    {
        foreach (var task in Own)
        {
            task.PutBack();
        }
    }

    /// <summary>
    /// Takes the scratch away from a process that was made here, and brings what others of the tree trace to where it is
    /// to be for them. Nothing can be run inside it any more.
    /// </summary>
    public void LeaveScratch()
    {
        space.Leave(Leader);
        tasks.FindAll(task => task.TracedBy is not null).ForEach(task => task.Trace.Detach());
    }

    /// <summary>Lets all threads of a process go that was made here: from now on it lives without its tracer.</summary>
    public void Release()
    {
        tasks.ForEach(task => task.Trace.SetOptions(PtraceOptions.None));
        Threads.LetGo(tasks.Select(task => task.Trace));
    }

    /// <summary>Says where the vDSO stands now, after a program has moved it.</summary>
    public void KernelMappingsMoved((ulong Start, ulong End) vdso) => space.MoveSlot(BootSlot.Find(Memory, vdso.Start, vdso.End));

    /// <summary>Ends the process.</summary>
    public void Kill()
    {
        Memory.Dispose();
        Processes.Signals.Send(Pid, Processes.Signals.SIGKILL);
    }

    private static ActingSpace FindSpace(int tid, TaskMemory memory)
    {
        var mappings = new ProcTask(tid).Maps();
        var slot = FindBootSlot(tid, memory, mappings);
        return new(memory, slot, ActingSpace.FindAbandoned(slot, mappings));
    }

    internal static BootSlot FindBootSlot(int pid, TaskMemory memory, IReadOnlyList<Mapping> mappings)
    {
        var vdso = mappings.FirstOrDefault(mapping => mapping.Path?.Text == "[vdso]")
            ?? throw new CheckpointException($"process {pid} has no vDSO mapping", "kernel threads, and processes that unmapped their vDSO, cannot be checkpointed");
        return BootSlot.Find(memory, vdso.Start, vdso.End);
    }

    /// <summary>
    /// Lets programs make calls that the task's seccomp filter denies, maybe by killing it, until the tracer is gone. A
    /// tracer that is killed while a program runs takes the permission with it.
    /// </summary>
    private static void SuspendFilter(FrozenTask task, PtraceOptions options)
    {
        if (task.Status.Seccomp is null or 0)
        {
            return;
        }

        try
        {
            task.Trace.SetOptions(options | PtraceOptions.SuspendSeccomp);
        }
        catch (KernelException refused)
        {
            throw new CheckpointException(
                $"task {task.Tid} of process {task.Pid} has a seccomp filter, and it cannot be suspended: {ErrorNumber.Describe(refused.Error)}",
                "this needs CAP_SYS_ADMIN, a kernel with CONFIG_CHECKPOINT_RESTORE, and no filter of one's own",
                refused);
        }
    }

    /// <summary>Takes back what the freeze itself did to a task, and what running calls inside it would hide from the kernel.</summary>
    private static void Settle(FrozenTask task, ActingSpace space, TaskMemory memory)
    {
        RequireNotOnTheWayOut(task, space);
        if (space.FrameOnTheWayOut(task.Registers.InstructionPointer) is { } frame)
        {
            // A killed tracer left it inside, maybe in a process that job control has stopped since. It need not find
            // its own way out. The mask first, as ever.
            task.SignalMask = Processor.Current.ReadFrame(frame, task.Registers);
            task.PutBack();
            RequireNotOnTheWayOut(task, space);
        }

        if (CriticalSection.Find(task.Trace, memory) is { } section)
        {
            // The kernel aborts a restartable sequence on the way back to it; but it would not see where the task was,
            // since a program runs in between. So do it here, the registers first: from then on the section is left.
            if (section.Contains(task.Registers.InstructionPointer))
            {
                task.Registers.InstructionPointer = section.AbortAddress;
                task.Trace.SetRegisters(task.Registers);
            }

            section.Clear(memory);
        }

        task.Mend();
    }
    /// <summary>A tracer that brings its tracees back, since the last tracer of its own was killed, is let go at once, and soon done.</summary>
    private static void RequireNotOnTheWayOut(FrozenTask task, ActingSpace space)
    {
        if (space.IsCarryingOutLastWill(task.Registers.InstructionPointer))
        {
            throw new CheckpointException($"task {task.Tid} of process {task.Pid} is just recovering from a checkpoint that was killed", "try again a moment later");
        }
    }
}
