using CrStream.Abstractions;
using CrStream.Engine.Files;
using CrStream.Engine.FileSystem;
using CrStream.Engine.Memory;
using CrStream.Engine.Namespaces;
using CrStream.Engine.Signals;
using CrStream.Engine.Tasks;
using CrStream.Engine.ThreadGroups;
using CrStream.Engine.Tree;
using CrStream.Linux.Acting;

namespace CrStream.Engine.Restore;

/// <summary>Builds one process, stopped, from a stub with the right id and relations. On the tracer's thread.</summary>
/// <param name="process">The stub.</param>
/// <param name="ids">The ids of its tree.</param>
/// <param name="self">Which process of the tree it is.</param>
/// <param name="droppedLevels">How many of the outermost ids do not matter.</param>
internal sealed class ProcessBuilder(FrozenProcess process, SeenIds ids, TreeTask self, int droppedLevels)
{
    private MmBuilder? mm;
    private ulong executable;
    private ThreadGroupState? state;
    private long monotonicOffset;
    private IReadOnlyList<(FrozenTask Task, TaskPlan Plan)> tasks = [];

    /// <summary>Which process of the tree it is.</summary>
    public TreeTask Self => self;

    /// <summary>The pid namespace that its children come into, while the tree is being made.</summary>
    public int PidNamespaceForChildren { get; set; } = self.PidNamespace;

    /// <summary>The process group that it is in while the tree is being made; 0 for one from outside.</summary>
    public int ProcessGroup { get; set; }

    /// <summary>An id as the process sees it.</summary>
    public int Seen(int id) => ids.By(self.Pid, id);

    /// <summary>The process.</summary>
    public FrozenProcess Process => process;

    /// <summary>The tasks, once they exist, with what the image says of each.</summary>
    public IReadOnlyList<(FrozenTask Task, TaskPlan Plan)> Tasks => tasks;

    /// <summary>The signals that are to be pending for the process.</summary>
    public IReadOnlyList<byte[]> PendingSignals => state?.PendingSignals ?? [];

    /// <summary>Whether another task of the tree traces one of them.</summary>
    public bool IsTraced => tasks.Any(entry => entry.Plan.State.TracedBy is not null);

    /// <summary>Makes the mappings of its address space, without their pages.</summary>
    /// <param name="state">What it is to be.</param>
    /// <param name="from">The address space of which the process was born as a copy; null for a stub.</param>
    /// <param name="fileOf">The restored file of an object's id.</param>
    public MmBuilder CreateMappings(MmState state, MmState? from, Func<ulong, RestoredFile> fileOf)
    {
        if (mm is not null)
        {
            throw new RestoreException($"the image has two address spaces for process {process.Pid}", "it is no image of crstream's");
        }

        MoveScratchOutOfTheWay(state);
        mm = new MmBuilder(process, state, from);
        executable = state.Executable;
        mm.Clear();
        var descriptors = BorrowedDescriptors.Get(process.Leader, state.Vmas.Where(vma => vma.File != 0).Select(vma => vma.File), fileOf);
        mm.Map(file => descriptors[file], fileOf);
        BorrowedDescriptors.CloseAll(process.Leader);
        return mm;
    }

    /// <summary>What must be done in all processes before descriptors and signal actions come, which several may share.</summary>
    /// <param name="plans">The tasks, the leader first.</param>
    /// <param name="context">The restored objects.</param>
    public void CompleteMemory(IReadOnlyList<TaskPlan> plans, RestoreContext context)
    {
        Enter([.. context.Get<RestoredRecord<ThreadGroupState>>(plans[0].ThreadGroup).State.Namespaces.Select(context.Get<RestoredNamespace>)]);
        var program = new SyscallProgram();
        SigHandState.AppendDropChildSignals(program);
        process.Leader.Run(program);
        if (mm is not null)
        {
            mm.Complete(BorrowedDescriptors.Get(process.Leader, [executable], context.Get<RestoredFile>)[executable]);
            BorrowedDescriptors.CloseAll(process.Leader);
        }
    }

    /// <summary>Enters namespaces, before there are threads.</summary>
    private void Enter(IReadOnlyList<RestoredNamespace> namespaces)
    {
        var program = new SyscallProgram();
        foreach (var entered in namespaces)
        {
            var fd = program.Call(SystemCall.pidfd_getfd, Seed.Self, entered.Descriptor, 0);
            program.Call(SystemCall.setns, fd, 0);
            program.Call(SystemCall.close, fd);
        }

        if (namespaces.Count > 0)
        {
            process.Leader.Run(program);
        }

        monotonicOffset = namespaces.Sum(entered => entered.MonotonicOffset);
    }

    /// <summary>Makes the threads, and gives each task all but its registers.</summary>
    /// <param name="plans">The tasks, the leader first.</param>
    /// <param name="context">The restored objects.</param>
    /// <param name="given">The shared pieces that some task has already: it is noted which task had each first.</param>
    public void Complete(IReadOnlyList<TaskPlan> plans, RestoreContext context, Dictionary<ulong, FrozenTask> given)
    {
        var leader = process.Leader;
        var group = state = context.Get<RestoredRecord<ThreadGroupState>>(plans[0].ThreadGroup).State;
        leader.SignalsToKeepPending = SignalSet(group.PendingSignals.Concat(plans.SelectMany(plan => plan.State.PendingSignals)));
        var restorer = TaskRestorer.For(leader);
        foreach (var plan in plans)
        {
            restorer.Require(plan.State);
        }

        var wanted = plans.Select(plan => ids.Task(plan.State.Tid)).ToArray();
        var early = process.Tasks.Select(task => task.OwnTid).ToHashSet();
        ProcessBirth.CreateThreads(process, [.. wanted.Where(task => !early.Contains(task.Ids[^1])).Select(task => task.Ids.Skip(droppedLevels).ToArray())]);
        var made = process.Tasks.ToDictionary(task => task.OwnTid);
        tasks = [.. wanted.Zip(plans, (task, plan) => (made[task.Ids[^1]], plan))];
        foreach (var (task, plan) in tasks)
        {
            if (ids.Task(plan.State.Tid).PidNamespaceForChildren is var forChildren && forChildren != self.PidNamespace)
            {
                PidNamespaceBuilder.Choose(this, task, forChildren);
            }

            GivePieces(task, plan, context, given);
        }

        // Actions come before pending signals: to set the default action for some of them drops what is pending.
        ThreadGroupRestorer.Restore(process, group, Seen);
        foreach (var (task, plan) in Enumerable.Reverse(tasks))
        {
            task.SignalsToKeepPending = leader.SignalsToKeepPending;
            restorer.Restore(task, plan.State);
        }

        group.EndedLeader?.Restore(leader, restorer.OwnCredentials);
    }

    /// <summary>What needs all tasks of the tree with their credentials.</summary>
    /// <param name="context">The restored objects.</param>
    /// <param name="given">Which task has each shared piece.</param>
    /// <param name="owned">The files whose owners have been set by another process.</param>
    public void CompleteRelations(RestoreContext context, Dictionary<ulong, FrozenTask> given, HashSet<ulong> owned)
    {
        mm?.SetDumpable();
        ThreadGroupRestorer.Complete(process, context.Get<RestoredRecord<ThreadGroupState>>(tasks[0].Plan.ThreadGroup).State);
        foreach (var (task, plan) in tasks.Where(entry => given[entry.Plan.Files] == entry.Task))
        {
            context.Get<RestoredRecord<DescriptorTable>>(plan.Files).State.SetOwnersAndLocks(task, context.Get<RestoredFile>, owned, Seen);
        }
    }

    /// <summary>Gives every task the registers with which it will go on. What the others of the tree need of it is done.</summary>
    public void Finish()
    {
        if (state?.EndedLeader is { } ended)
        {
            process.LetLeaderEnd(ended.ExitCode);
        }

        foreach (var (task, plan) in Enumerable.Reverse(tasks))
        {
            TaskRestorer.Finish(task, plan.State, monotonicOffset);
        }
    }

    /// <summary>Makes it stand at the tree's gate.</summary>
    public void StandAtGate() => process.StandAtGate(state?.StoppedBy ?? 0);

    /// <summary>Stops it where it was stopped. The gate is open.</summary>
    /// <param name="parent">Its parent, or null where that is outside the tree.</param>
    public void StopAgain(ProcessBuilder? parent)
    {
        if (state is not { StoppedBy: > 0 })
        {
            return;
        }

        process.StopBy(state.StoppedBy);
        if (parent is not null && !IsTraced)
        {
            ChildStops.Settle(parent.Process, parent.Seen(self.Pid), state.StopIsNews);
        }
    }

    /// <summary>Gives a task its descriptors, directories and signal actions, where no other task that shares them has them already.</summary>
    private static void GivePieces(FrozenTask task, TaskPlan plan, RestoreContext context, Dictionary<ulong, FrozenTask> given)
    {
        if (given.TryAdd(plan.Files, task))
        {
            var table = context.Get<RestoredRecord<DescriptorTable>>(plan.Files).State;
            CompleteInside(task, table, context);
            table.Install(task, context.Get<RestoredFile>);
        }

        var program = new SyscallProgram();
        if (given.TryAdd(plan.Fs, task))
        {
            context.Get<RestoredRecord<FsState>>(plan.Fs).State.AppendTo(program);
        }

        if (given.TryAdd(plan.SigHand, task))
        {
            context.Get<RestoredRecord<SigHandState>>(plan.SigHand).State.AppendTo(program);
        }

        task.Run(program);
    }

    /// <summary>Lets the objects that descriptors lead to, or nothing, be completed inside, unless another task has done so.</summary>
    private static void CompleteInside(FrozenTask task, DescriptorTable table, RestoreContext context)
    {
        var behind = table.Descriptors.Select(entry => context.Get<RestoredFile>(entry.File).Behind).OfType<RestoredObject>().ToHashSet<RestoredObject>(ReferenceEqualityComparer.Instance);
        behind.UnionWith(context.All.Where(made => context.HandlerOf(made) is ITreeHandler));
        foreach (var made in context.NotCompletedInside(behind))
        {
            made.CompleteInside(new NewTask(task));
            BorrowedDescriptors.CloseAll(task);
        }
    }

    /// <summary>The scratch of a stub lies where its maker's was: free in that one's address space, maybe not in this one.</summary>
    private void MoveScratchOutOfTheWay(MmState state)
    {
        var taken = MmBuilder.Ranges(state).ToList();
        var end = process.Scratch + process.ScratchLength;
        if (taken.Exists(range => range.Start < end && process.Scratch < range.End))
        {
            taken.AddRange(process.Mappings.Select(mapping => (mapping.Start, mapping.End)).Append((process.Scratch, end)));
            process.MoveScratch(AddressSpacePlan.FindHole(process.ScratchLength, taken));
        }
    }

    private static ulong SignalSet(IEnumerable<byte[]> siginfos) =>
        siginfos.Select(info => BitConverter.ToInt32(info)).Aggregate(0UL, (set, signal) => set | NotificationSignal.Bit(signal));
}
