using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using CrStream.Linux.Processes;

namespace CrStream.Linux.Acting;

/// <summary>
/// The first of the stubs, from which the roots of a tree are made. It is a child of this process and no part of the
/// tree: it ends when this object is disposed of. On the tracer's thread.
/// </summary>
/// <remarks>
/// What is made from it has one open descriptor, <see cref="Self"/>, which leads to this process, and the stub's address
/// space: a page of code, a stack, the kernel's own mappings, and the scratch.
/// </remarks>
public sealed class Seed : IDisposable
{
    /// <summary>
    /// The descriptor under which all stubs have a pidfd of this process, for pidfd_getfd(2). It is handed down from one
    /// to the next, since pidfd_open(2) finds no process that is in an outer pid namespace.
    /// </summary>
    public const int Self = 0;

    private const int SIGCHLD = 17;
    private const ulong SIG_IGN = 1;
    private const int PR_SET_NAME = 15;

    private readonly int pid;
    private readonly ulong stub;
    private readonly FrozenProcess frozen;

    private Seed(int pid, ulong stub, FrozenProcess frozen) => (this.pid, this.stub, this.frozen) = (pid, stub, frozen);

    /// <summary>Starts it.</summary>
    /// <param name="stub">Where the stub's page may lie: an address that the first process is not going to use itself.</param>
    /// <param name="scratch">Likewise for the scratch.</param>
    /// <param name="scratchLength">What <see cref="ProcessBirth.ScratchLength"/> gives for the tree.</param>
    /// <param name="timeout">How long a step may take.</param>
    public static Seed Start(ulong stub, ulong scratch, ulong scratchLength, TimeSpan timeout)
    {
        var pid = Stub.Start(stub);
        FrozenProcess? frozen = null;
        try
        {
            frozen = FrozenProcess.Freeze(pid, ProcessBirth.Options, _ => null, timeout);
            frozen.Space.MapScratch(frozen.Leader, scratch, scratchLength);
            frozen.Space.MapGate(frozen.Leader);
            var program = new SyscallProgram();
            program.Call(SystemCall.close_range, 0, uint.MaxValue, 0);
            program.Call(SystemCall.pidfd_open, Environment.ProcessId, 0);
            frozen.Leader.Run(program);
            return new(pid, stub, frozen);
        }
        catch
        {
            frozen?.Memory.Dispose();
            Children.End(pid, timeout);
            throw;
        }
    }

    /// <summary>From now on what is made is in a pid namespace of its own, whose init has to come first.</summary>
    public void EnterNewPidNamespace()
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.unshare, (long)CloneFlags.CLONE_NEWPID);
        frozen.Leader.Run(program);
    }

    /// <summary>Makes a process with one task, a child of this thread or of init.</summary>
    /// <param name="ids">Its id, as <see cref="ProcessBirth.CreateChild"/> has them; they must be free.</param>
    /// <param name="isChild">
    /// Whether it is a child of this thread, which then gets its exit status, and at whose end it is told of its parent's
    /// death. Else its parent is the seed, which ends soon.
    /// </param>
    /// <param name="newPidNamespace">Whether it is the init of a pid namespace of its own.</param>
    public FrozenProcess CreateRoot(IReadOnlyList<int> ids, bool isChild, bool newPidNamespace = false) => ProcessBirth.CreateChild(
        frozen, ids, (isChild ? CloneFlags.CLONE_PARENT : CloneFlags.None) | (newPidNamespace ? CloneFlags.CLONE_NEWPID : CloneFlags.None), isChild ? 0 : SIGCHLD);

    /// <summary>
    /// Makes a stub the init that reaps its namespace's orphans, and ends when the last process there has ended. It stays
    /// stopped until it is released.
    /// </summary>
    /// <param name="init">The stub, which has the id 1.</param>
    /// <param name="roots">The tree's roots, by their ids in the namespace.</param>
    public void BecomeInit(FrozenProcess init, IEnumerable<int> roots)
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.close_range, 0, uint.MaxValue, 0);
        foreach (var root in roots)
        {
            program.Call(SystemCall.pidfd_open, root, 0);
        }

        // With SIGCHLD ignored nobody need wait for the children (wait(2)).
        program.Call(SystemCall.rt_sigaction, SIGCHLD, program.Store64(SIG_IGN, 0, 0, 0), 0, sizeof(ulong));
        program.Call(SystemCall.prctl, PR_SET_NAME, program.Store("crstream-init"), 0, 0, 0);
        program.Call(SystemCall.chdir, program.Store("/"));
        program.Call(SystemCall.setsid);
        init.Leader.Run(program);
        init.Leader.SignalMask = 0;
        (init.Leader.Registers.InstructionPointer, init.Leader.Registers.SystemCallNumber) = (Processor.Current.InitCode(stub), -1);
        init.LeaveScratch();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        frozen.Memory.Dispose();
        Children.End(pid, frozen.Leader.Timeout);
    }
}
