using CrStream.Abstractions;
using CrStream.Linux.Memory;
using CrStream.Linux.Proc;
using CrStream.Linux.Processes;
using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Acting;

/// <summary>
/// Brings tasks into being under ids of our choosing, stopped and traced, so that they can be built up by programs run
/// inside them. They die with their tracer (PTRACE_O_EXITKILL) until they are let go. All on the tracer's thread.
/// </summary>
public static class ProcessBirth
{
    private const PtraceOptions Options =
        PtraceOptions.TraceSysGood | PtraceOptions.TraceFork | PtraceOptions.TraceVfork | PtraceOptions.TraceClone | PtraceOptions.ExitKill;

    /// <summary>What threads share with their process, as pthread_create(3) makes them.</summary>
    private const CloneFlags Thread = CloneFlags.CLONE_VM | CloneFlags.CLONE_FS | CloneFlags.CLONE_FILES | CloneFlags.CLONE_SIGHAND | CloneFlags.CLONE_THREAD | CloneFlags.CLONE_SYSVSEM;

    private const int SIGCHLD = 17;
    private const int IOPRIO_WHO_PROCESS = 1;

    // struct clone_args with all fields (include/uapi/linux/sched.h).
    private const int CloneArgumentsLength = 88;
    private const int IdPointerOffset = 64;
    private const ulong IdCount = 1;

    /// <summary>
    /// Makes a process with one task, a child of this thread or of init. Its address space is that of a stub: a page of code, a stack,
    /// the kernel's own mappings, and the scratch.
    /// </summary>
    /// <param name="pid">Its id, which must be free.</param>
    /// <param name="stub">Where the stub's page may lie: an address that the process is not going to use itself.</param>
    /// <param name="scratch">Likewise for the scratch, <see cref="ScratchLength"/> bytes.</param>
    /// <param name="isChild">
    /// Whether it is a child of this thread, which then gets its exit status, and at whose end it is told of its parent's
    /// death. Else its parent is the stub, which ends before this returns.
    /// </param>
    /// <param name="timeout">How long a step may take.</param>
    public static FrozenProcess CreateProcess(int pid, ulong stub, ulong scratch, bool isChild, TimeSpan timeout)
    {
        var seed = Stub.Start(stub);
        try
        {
            var frozen = FrozenProcess.Freeze(seed, Options, _ => null, timeout);
            using (frozen.Memory)
            {
                frozen.Space.MapScratch(frozen.Leader, scratch);
                var program = new SyscallProgram();
                program.Call(SystemCall.close_range, 0, uint.MaxValue, 0);
                program.Call(SystemCall.clone3, CloneArguments(program, isChild ? CloneFlags.CLONE_PARENT : CloneFlags.None, isChild ? 0 : SIGCHLD, pid), CloneArgumentsLength);
                frozen.Leader.Run(program);
                return Adopt(pid, null, scratch, timeout);
            }
        }
        finally
        {
            Children.End(seed, timeout);
        }
    }

    /// <summary>
    /// Makes a child of a process that was made here, with what that one's memory has so far: that of a stub, or all.
    /// </summary>
    /// <param name="parent">The process.</param>
    /// <param name="pid">The child's id.</param>
    /// <param name="shared">What it shares with the parent's leader.</param>
    /// <param name="exitSignal">The signal at its end, 0 for none.</param>
    public static FrozenProcess CreateChild(FrozenProcess parent, int pid, CloneFlags shared, int exitSignal)
    {
        var program = new SyscallProgram();
        AppendClone(program, shared, exitSignal, pid);
        parent.Leader.Run(program);
        return Adopt(pid, (shared & CloneFlags.CLONE_VM) != 0 ? parent : null, parent.Scratch, parent.Leader.Timeout);
    }

    /// <summary>Makes a copy of a process that was made here, as a child of that one's parent, and with the same signal at its end.</summary>
    public static FrozenProcess CreateSibling(FrozenProcess process, int pid)
    {
        var program = new SyscallProgram();
        AppendClone(program, CloneFlags.CLONE_PARENT, 0, pid);
        process.Leader.Run(program);
        return Adopt(pid, null, process.Scratch, process.Leader.Timeout);
    }

    /// <summary>Ends a child that was made to be a zombie, with the status that its parent is to find.</summary>
    /// <param name="child">The child.</param>
    /// <param name="status">As waitpid(2) gives it.</param>
    public static void EndAsZombie(FrozenProcess child, int status)
    {
        var stop = new TaskStop(status);
        var program = new SyscallProgram();
        if (stop.Exited)
        {
            program.Call(SystemCall.exit_group, stop.ExitCode);
        }
        else
        {
            program.Call(SystemCall.kill, child.Pid, Signals.SIGKILL);
        }

        try
        {
            child.Leader.Run(program);
        }
        catch (TaskEndedException)
        {
            child.Memory.Dispose();
            return;
        }

        throw new RestoreException($"process {child.Pid}, which was a zombie, did not end");
    }

    /// <summary>The scratch's length in bytes.</summary>
    public static ulong ScratchLength => ActingSpace.ScratchLength;

    /// <summary>Makes threads in a process, each with the id that is wanted.</summary>
    public static void CreateThreads(FrozenProcess process, IReadOnlyList<int> tids) => CreateThreads(process, tids, Thread);

    /// <summary>Makes a thread that does not share everything with the leader.</summary>
    /// <param name="process">Its process.</param>
    /// <param name="tid">Its id.</param>
    /// <param name="shared">What it shares.</param>
    public static void CreateThread(FrozenProcess process, int tid, CloneFlags shared) => CreateThreads(process, [tid], shared | CloneFlags.CLONE_THREAD);

    private static void CreateThreads(FrozenProcess process, IReadOnlyList<int> tids, CloneFlags flags)
    {
        foreach (var some in tids.Chunk(256))
        {
            var program = new SyscallProgram();
            foreach (var tid in some)
            {
                AppendClone(program, flags, 0, tid);
            }

            process.Leader.Run(program);
            foreach (var tid in some)
            {
                process.Add(new FrozenTask(Born(process.Pid, tid, process.Leader.Timeout), process.Space, process.Leader.Timeout));
            }
        }
    }

    /// <param name="pid">A new process.</param>
    /// <param name="sharer">Whose address space it has; null where it has its own.</param>
    /// <param name="scratch">Where the scratch is.</param>
    /// <param name="timeout">How long it may take to stop.</param>
    private static FrozenProcess Adopt(int pid, FrozenProcess? sharer, ulong scratch, TimeSpan timeout)
    {
        var trace = Born(pid, pid, timeout);
        var memory = TaskMemory.Open(pid);
        var space = sharer?.Space ?? NewSpace(pid, memory, scratch);
        return new FrozenProcess(pid, memory, space, [new FrozenTask(trace, space, timeout)]);
    }

    private static ActingSpace NewSpace(int pid, TaskMemory memory, ulong scratch)
    {
        var maps = new ProcTask(pid).Maps();
        var space = new ActingSpace(memory, FrozenProcess.FindBootSlot(pid, memory, maps), scratch);

        // Where the mappings lie is all that is of interest here; smaps would walk over all pages of a copy.
        space.Know([.. maps.Select(mapping => new DetailedMapping(mapping))]);
        return space;
    }

    private static void AppendClone(SyscallProgram program, CloneFlags flags, int exitSignal, int id)
    {
        if ((flags & CloneFlags.CLONE_IO) != 0)
        {
            // There is nothing to share before the maker has one: this gives it one, with no priority of its own.
            program.Call(SystemCall.ioprio_set, IOPRIO_WHO_PROCESS, 0, 0);
        }

        program.Call(SystemCall.clone3, CloneArguments(program, flags, exitSignal, id), CloneArgumentsLength);
    }

    /// <summary>A new task is traced from its birth, and stopped before its first instruction.</summary>
    private static OwnTracee Born(int pid, int tid, TimeSpan timeout)
    {
        var task = new OwnTracee(pid, tid);
        var stop = task.Wait(Deadline.In(timeout)) ?? throw new TaskTimeoutException($"the new task {tid} did not stop");
        return stop.IsEventStop ? task : throw new TaskEndedException(tid, stop);
    }

    private static SyscallBuffer CloneArguments(SyscallProgram program, CloneFlags flags, int exitSignal, int id)
    {
        var ids = program.Store(BitConverter.GetBytes(id));
        var arguments = program.Store64((ulong)flags, 0, 0, 0, (ulong)exitSignal, 0, 0, 0, 0, IdCount, 0);
        program.Point(arguments, IdPointerOffset, ids);
        return arguments;
    }
}
