using System.Diagnostics;
using System.Runtime.InteropServices;
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
    internal const PtraceOptions Options =
        PtraceOptions.TraceSysGood | PtraceOptions.TraceFork | PtraceOptions.TraceVfork | PtraceOptions.TraceClone | PtraceOptions.ExitKill;

    /// <summary>How long an id that no task has may be taken nevertheless.</summary>
    private static readonly TimeSpan IdPatience = TimeSpan.FromSeconds(2);

    /// <summary>What threads share with their process, as pthread_create(3) makes them.</summary>
    private const CloneFlags Thread = CloneFlags.CLONE_VM | CloneFlags.CLONE_FS | CloneFlags.CLONE_FILES | CloneFlags.CLONE_SIGHAND | CloneFlags.CLONE_THREAD | CloneFlags.CLONE_SYSVSEM;

    /// <summary>As many as one program takes.</summary>
    private const int ClonesAtOnce = 256;

    private const int IOPRIO_WHO_PROCESS = 1;

    // struct clone_args with all fields (include/uapi/linux/sched.h).
    private const int CloneArgumentsLength = 88;
    private const int IdPointerOffset = 64;

    /// <summary>
    /// Makes a child of a process that was made here, with what that one's memory has so far: that of a stub, or all; or,
    /// with <see cref="CloneFlags.CLONE_PARENT"/>, a sibling, with the same signal at its end.
    /// </summary>
    /// <param name="maker">The process.</param>
    /// <param name="ids">The child's id, as <see cref="CreateThreads(FrozenProcess, IReadOnlyList{IReadOnlyList{int}})"/> has them.</param>
    /// <param name="flags">What it shares with the maker's leader, and <see cref="CloneFlags.CLONE_NEWPID"/> for the init of a pid namespace of its own.</param>
    /// <param name="exitSignal">The signal at its end, 0 for none.</param>
    public static FrozenProcess CreateChild(FrozenProcess maker, IReadOnlyList<int> ids, CloneFlags flags, int exitSignal)
    {
        Clone(maker.Leader, flags, (flags & CloneFlags.CLONE_PARENT) != 0 ? 0 : exitSignal, [ids]);
        return Adopt(maker.Leader.Births.Dequeue(), maker.Space, (flags & CloneFlags.CLONE_VM) != 0, maker.Leader.Timeout);
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
            program.Call(SystemCall.kill, child.Leader.OwnPid, Signals.SIGKILL);
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

    /// <summary>How much the scratch takes in each process of a tree, in bytes.</summary>
    /// <param name="tasks">How many tasks at most have one address space.</param>
    public static ulong ScratchLength(int tasks)
    {
        var page = Environment.SystemPageSize;
        return (ulong)(ActingSpace.ScratchLength + (((tasks * Gate.RoomForTask) + page - 1) / page * page) + page);
    }

    /// <summary>Makes threads in a process.</summary>
    /// <param name="process">The process.</param>
    /// <param name="threads">
    /// The id that each is to have in every pid namespace that matters, from the outermost of them to its own. In those
    /// further out it gets any.
    /// </param>
    public static void CreateThreads(FrozenProcess process, IReadOnlyList<IReadOnlyList<int>> threads) => CreateThreads(process, threads, Thread);

    /// <summary>Makes a thread that does not share everything with the leader.</summary>
    /// <param name="process">Its process.</param>
    /// <param name="ids">Its id, likewise.</param>
    /// <param name="shared">What it shares.</param>
    public static void CreateThread(FrozenProcess process, IReadOnlyList<int> ids, CloneFlags shared) => CreateThreads(process, [ids], shared | CloneFlags.CLONE_THREAD);

    private static void CreateThreads(FrozenProcess process, IReadOnlyList<IReadOnlyList<int>> threads, CloneFlags flags)
    {
        Clone(process.Leader, flags, 0, threads);
        while (process.Leader.Births.TryDequeue(out var tid))
        {
            process.Add(new FrozenTask(Born(process.Pid, tid, process.Leader.Timeout), process.Space, process.Leader.Timeout));
        }
    }

    /// <summary>Makes tasks, and leaves them among the maker's births.</summary>
    /// <remarks>
    /// A task that has ended gives up its place in /proc before its id, and the id of a process group or a session is
    /// taken while that has members, so an id that seemed free may be refused for a moment, or for good.
    /// </remarks>
    private static void Clone(FrozenTask maker, CloneFlags flags, int exitSignal, IReadOnlyList<IReadOnlyList<int>> tasks)
    {
        var refused = Stopwatch.StartNew();
        for (var made = 0; made < tasks.Count;)
        {
            var program = new SyscallProgram();
            foreach (var ids in tasks.Skip(made).Take(ClonesAtOnce))
            {
                AppendClone(program, flags, exitSignal, ids);
            }

            var before = maker.Births.Count;
            try
            {
                maker.Run(program);
                refused.Restart();
            }
            catch (KernelException taken) when (taken.Error == ErrorNumber.EEXIST)
            {
                if (refused.Elapsed > IdPatience)
                {
                    var id = tasks[made + maker.Births.Count - before][0];
                    throw new RestoreException($"the id {id} that the image needs is taken, though no task has it: a process group or a session has", "end its processes, or restore where the id is free");
                }

                System.Threading.Thread.Sleep(1);
            }

            made += maker.Births.Count - before;
        }
    }

    /// <param name="pid">A new process.</param>
    /// <param name="maker">The address space of who made it.</param>
    /// <param name="sharesMemory">Whether it has that one rather than a copy.</param>
    /// <param name="timeout">How long it may take to stop.</param>
    private static FrozenProcess Adopt(int pid, ActingSpace maker, bool sharesMemory, TimeSpan timeout)
    {
        var trace = Born(pid, pid, timeout);
        var memory = TaskMemory.Open(pid);
        var space = sharesMemory ? maker : CopySpace(pid, memory, maker);
        return new FrozenProcess(pid, memory, space, [new FrozenTask(trace, space, timeout)]);
    }

    private static ActingSpace CopySpace(int pid, TaskMemory memory, ActingSpace maker)
    {
        var maps = new ProcTask(pid).Maps();
        var space = maker.Copy(memory, FrozenProcess.FindBootSlot(pid, memory, maps));

        // Where the mappings lie is all that is of interest here; smaps would walk over all pages of a copy.
        space.Know([.. maps.Select(mapping => new DetailedMapping(mapping))]);
        return space;
    }

    private static void AppendClone(SyscallProgram program, CloneFlags flags, int exitSignal, IReadOnlyList<int> ids)
    {
        if ((flags & CloneFlags.CLONE_IO) != 0)
        {
            // There is nothing to share before the maker has one: this gives it one, with no priority of its own.
            program.Call(SystemCall.ioprio_set, IOPRIO_WHO_PROCESS, 0, 0);
        }

        program.Call(SystemCall.clone3, CloneArguments(program, flags, exitSignal, ids), CloneArgumentsLength);
    }

    /// <summary>A new task is traced from its birth, and stopped before its first instruction.</summary>
    private static OwnTracee Born(int pid, int tid, TimeSpan timeout)
    {
        var task = new OwnTracee(pid, tid);
        var stop = task.Wait(Deadline.In(timeout)) ?? throw new TaskTimeoutException($"the new task {tid} did not stop");
        return stop.IsEventStop ? task : throw new TaskEndedException(tid, stop);
    }

    private static SyscallBuffer CloneArguments(SyscallProgram program, CloneFlags flags, int exitSignal, IReadOnlyList<int> ids)
    {
        // The innermost id comes first.
        var wanted = program.Store(MemoryMarshal.AsBytes<int>(ids.Reverse().ToArray()));
        var arguments = program.Store64((ulong)flags, 0, 0, 0, (ulong)exitSignal, 0, 0, 0, 0, (ulong)ids.Count, 0);
        program.Point(arguments, IdPointerOffset, wanted);
        return arguments;
    }
}
