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

    private const ulong CLONE_VM = 0x100;
    private const ulong CLONE_FS = 0x200;
    private const ulong CLONE_FILES = 0x400;
    private const ulong CLONE_SIGHAND = 0x800;
    private const ulong SIGCHLD = 17;
    private const ulong CLONE_PARENT = 0x8000;
    private const ulong CLONE_THREAD = 0x10000;
    private const ulong CLONE_SYSVSEM = 0x40000;

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
            var frozen = FrozenProcess.Freeze(seed, Options, timeout);
            using (frozen.Memory)
            {
                frozen.Space.MapScratch(frozen.Leader, scratch);
                var program = new SyscallProgram();
                program.Call(SystemCall.clone3, CloneArguments(program, isChild ? CLONE_PARENT : 0, isChild ? 0 : SIGCHLD, pid), CloneArgumentsLength);
                frozen.Leader.Run(program);
                return Adopt(pid, scratch, timeout);
            }
        }
        finally
        {
            Children.End(seed, timeout);
        }
    }

    /// <summary>Makes a child of a process that was made here and is still a stub, as which the child begins.</summary>
    public static FrozenProcess CreateChild(FrozenProcess parent, int pid)
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.clone3, CloneArguments(program, 0, SIGCHLD, pid), CloneArgumentsLength);
        parent.Leader.Run(program);
        return Adopt(pid, parent.Scratch, parent.Leader.Timeout);
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
    public static void CreateThreads(FrozenProcess process, IReadOnlyList<int> tids)
    {
        const ulong thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
        foreach (var some in tids.Chunk(256))
        {
            var program = new SyscallProgram();
            foreach (var tid in some)
            {
                program.Call(SystemCall.clone3, CloneArguments(program, thread, 0, tid), CloneArgumentsLength);
            }

            process.Leader.Run(program);
            foreach (var tid in some)
            {
                process.Add(new FrozenTask(Born(process.Pid, tid, process.Leader.Timeout), process.Space, process.Leader.Timeout));
            }
        }
    }

    private static FrozenProcess Adopt(int pid, ulong scratch, TimeSpan timeout)
    {
        var trace = Born(pid, pid, timeout);
        var memory = TaskMemory.Open(pid);
        var mappings = new ProcTask(pid).Smaps();
        var space = new ActingSpace(memory, FrozenProcess.FindBootSlot(pid, memory, mappings), scratch);
        return new FrozenProcess(pid, memory, space, [new FrozenTask(trace, space, timeout)], mappings);
    }

    /// <summary>A new task is traced from its birth, and stopped before its first instruction.</summary>
    private static TracedTask Born(int pid, int tid, TimeSpan timeout)
    {
        var task = new TracedTask(pid, tid);
        var stop = task.Wait(Deadline.In(timeout)) ?? throw new TaskTimeoutException($"the new task {tid} did not stop");
        return stop.IsEventStop ? task : throw new TaskEndedException(tid, stop);
    }

    private static SyscallBuffer CloneArguments(SyscallProgram program, ulong flags, ulong exitSignal, int id)
    {
        var ids = program.Store(BitConverter.GetBytes(id));
        var arguments = program.Store64(flags, 0, 0, 0, exitSignal, 0, 0, 0, 0, IdCount, 0);
        program.Point(arguments, IdPointerOffset, ids);
        return arguments;
    }
}
