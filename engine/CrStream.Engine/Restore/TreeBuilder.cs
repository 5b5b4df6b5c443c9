using System.Diagnostics;
using CrStream.Abstractions;
using CrStream.Engine.Files;
using CrStream.Engine.Memory;
using CrStream.Engine.ThreadGroups;
using CrStream.Engine.Tree;
using CrStream.Linux.Acting;
using CrStream.Linux.Proc;
using CrStream.Linux.Processes;
using CrStream.Linux.Ptrace;

namespace CrStream.Engine.Restore;

/// <summary>
/// Builds the tree, stopped, on a tracer thread of its own: all processes first, as stubs with their relations, then what
/// each has. They die with this object unless they are let go, and with the restorer, however that ends: no restored
/// task runs before all is in place.
/// </summary>
internal sealed class TreeBuilder(bool detach, bool newPidNamespace, TimeSpan timeout) : IAsyncDisposable
{
    private static readonly TimeSpan PauseBetweenLooks = TimeSpan.FromMilliseconds(5);

    private const int SIGCHLD = 17;
    private const int WALL = 0x40000000; // __WALL: whatever the signal at the end

    private readonly TracerThread tracer = new();
    private readonly Dictionary<int, ProcessBuilder> processes = [];
    private IReadOnlyDictionary<int, TreeState> parts = new Dictionary<int, TreeState>();
    private ILookup<int, TreeTask> copies = Enumerable.Empty<TreeTask>().ToLookup(task => task.CopyOf);
    private HashSet<int> groups = [];
    private RestoredMm? latest;
    private FrozenProcess? init;
    private SeenIds? seenIds;
    private int droppedLevels;
    private bool running;

    /// <summary>The tracer's thread: the parent of a process that is not detached, which must not end before it.</summary>
    public TracerThread Tracer => tracer;

    /// <summary>The root's id in this process's pid namespace.</summary>
    public int RootPid(TreeState tree) => processes[tree.Root].Process.Pid;

    /// <summary>Runs work on the tracer's thread.</summary>
    public Task RunAsync(Action work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return tracer.Run(work);
    }

    /// <summary>Waits until the ids that the tasks had are free: who had them may still be on its way out.</summary>
    /// <exception cref="RestoreException">One is not, in time; the message names its holder.</exception>
    public async Task RequireFreeIdsAsync(TreeState tree, CancellationToken cancellation)
    {
        if (newPidNamespace)
        {
            return;
        }

        var waited = Stopwatch.StartNew();
        foreach (var id in tree.Tasks.Concat(tree.Zombies.Select(zombie => zombie.Task)).Concat(tree.StandIns).Select(task => task.Tid).Append(tree.Root).Distinct())
        {
            while (Directory.Exists($"/proc/{id}"))
            {
                if (waited.Elapsed > timeout)
                {
                    throw new RestoreException(
                        $"the task id {id} that the image needs is taken by {Holder(id)}", "end that process, or restore into a pid namespace of its own with --new-pid-namespace");
                }

                await Task.Delay(PauseBetweenLooks, cancellation);
            }
        }
    }

    /// <summary>
    /// Makes the mappings of an address space. Before the first one all processes are made that begin empty; and when one
    /// has all its pages, which is when the next comes, those that begin as copies of it.
    /// </summary>
    /// <param name="tree">The tree.</param>
    /// <param name="memory">The address space.</param>
    /// <param name="from">The one as whose copy it begins, or null.</param>
    /// <param name="fileOf">The restored file of an object's id.</param>
    /// <param name="cancellation">Ends it before it begins.</param>
    public Task CreateAsync(TreeState tree, RestoredMm memory, RestoredMm? from, Func<ulong, RestoredFile> fileOf, CancellationToken cancellation) => RunAsync(
        () =>
        {
            if (latest is null)
            {
                CreateProcesses(tree, memory.State);
            }
            else
            {
                latest.EndPages();
                CreateCopies(tree, latest.State.Pid);
            }

            latest = memory;
            var pid = memory.State.Pid;
            var process = processes.GetValueOrDefault(pid)
                ?? throw new RestoreException($"the image has an address space for process {pid}, which its tree object does not list, or lists as a copy of one that has none yet", "it is no image of crstream's");
            if ((from?.State.Pid ?? 0) != (parts.TryGetValue(pid, out var part) ? part.Tasks[0].CopyOf : 0))
            {
                throw new RestoreException($"the image's tree object has process {pid} begin as a copy of another than its address space has", "it is no image of crstream's");
            }

            memory.Builder = process.CreateMappings(memory.State, from?.State, fileOf);
        },
        cancellation);

    /// <summary>Everything that is left, once the image is verified. The tasks are then as they were, and stopped.</summary>
    public Task CompleteAsync(TreeState tree, IReadOnlyList<TaskPlan> plans, RestoreContext context, CancellationToken cancellation) => RunAsync(
        () =>
        {
            var ended = plans.Where(plan => context.Get<RestoredRecord<ThreadGroupState>>(plan.ThreadGroup).State.EndedLeader is not null).Select(plan => plan.State.Pid).ToHashSet();
            if (!plans.Select(plan => plan.State.Tid).SequenceEqual(tree.Tasks.Select(task => task.Tid).Except(ended)))
            {
                throw new RestoreException("the image's tasks are not those that its tree object lists", "it is no image of crstream's");
            }

            if (tree.Processes.FirstOrDefault(process => !processes.ContainsKey(process.Pid)) is { } missing)
            {
                throw new RestoreException($"the image has no address space for process {missing.Pid}", "it is no image of crstream's");
            }

            RequireShared(tree, plans, context);
            EndCreation();
            EndStandIns(tree);
            EndZombies(tree);
            var byProcess = plans.GroupBy(plan => plan.State.Pid).Select(group => (Builder: processes[group.Key], Plans: group.ToArray())).ToArray();
            var (given, owned) = (new Dictionary<ulong, FrozenTask>(), new HashSet<ulong>());
            Array.ForEach(byProcess, process => process.Builder.CompleteMemory(process.Plans, context));
            Array.ForEach(byProcess, process => process.Builder.Complete(process.Plans, context, given));
            Array.ForEach(byProcess, process => process.Builder.CompleteRelations(context, given, owned));
            var tasks = byProcess.SelectMany(process => process.Builder.Tasks).ToArray();
            TraceRestorer.HandOver(tasks);
            Array.ForEach(byProcess, process => process.Builder.Finish());
        },
        cancellation);

    /// <summary>
    /// Lets all tasks go, so that a kill at any instant leaves all of them or none: first all stand at the gate, then it is
    /// opened, then they are let go.
    /// </summary>
    public Task ResumeAsync(TreeState tree) => tracer.Run(() =>
    {
        var all = processes.Values.ToArray();

        // Where the tree has an init of its own that one is no part of it, and ends with the roots.
        init?.Release();
        Array.ForEach(all, process => process.StandAtGate());
        all[0].Process.OpenGate();
        running = true;
        foreach (var process in tree.Processes)
        {
            processes[process.Pid].StopAgain(processes.GetValueOrDefault(process.Parent));
        }

        Array.ForEach(all, process => process.Process.LeaveGate());
        LeaveScratches(all);
        Array.ForEach(all, process => process.Process.Release());
    });

    /// <summary>
    /// Takes the scratches away. The traced ones are then where they are to be for their tracers, in which nothing can be
    /// run any more once theirs is away.
    /// </summary>
    private void LeaveScratches(ProcessBuilder[] all)
    {
        var (traced, others) = (all.Where(process => process.IsTraced).ToArray(), all.Where(process => !process.IsTraced).ToArray());
        Array.ForEach(traced, process => process.Process.LeaveScratch());
        TraceRestorer.Quieten([.. all.SelectMany(process => process.Tasks)], plan => processes[plan.State.Pid].PendingSignals.Concat(plan.State.PendingSignals));
        Array.ForEach(others, process => process.Process.LeaveScratch());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!running)
        {
            await tracer.Run(() =>
            {
                foreach (var process in processes.Values.Reverse())
                {
                    Children.End(process.Process.Pid, timeout);
                }

                if (init is not null)
                {
                    Children.End(init.Pid, timeout);
                }
            });
        }

        foreach (var process in processes.Values)
        {
            process.Process.Memory.Dispose();
        }

        init?.Memory.Dispose();

        if (!running || detach)
        {
            tracer.Dispose();
        }
    }

    private void CreateProcesses(TreeState tree, MmState first)
    {
        var listed = tree.Processes.ToDictionary(process => process.Pid);
        if (!listed.TryGetValue(tree.Root, out var root))
        {
            throw new RestoreException("the image's tree object does not list its root", "it is no image of crstream's");
        }

        var page = (ulong)System.Environment.SystemPageSize;
        var taken = MmBuilder.Ranges(first).ToList();
        var stub = AddressSpacePlan.FindHole(page, taken);
        taken.Add((stub, stub + page));
        var length = ProcessBirth.ScratchLength(tree.Tasks.Count);
        var scratch = AddressSpacePlan.FindHole(length, taken);
        droppedLevels = PidNamespaces.DroppedLevels(root, newPidNamespace);
        using var seed = Seed.Start(stub, scratch, length, timeout);
        seenIds = new SeenIds(tree);
        groups = [.. tree.All.Select(process => process.ProcessGroup)];
        CreateRoot(seed, root, tree.RootMaker);
        parts = CreationParts.Of(tree);
        copies = tree.Processes.Where(process => process.CopyOf != 0 && process.Pid != tree.Root).ToLookup(process => process.CopyOf);
        CreatePart(tree.Root);
        if (init is not null)
        {
            seed.BecomeInit(init, [root.Ids[^1]]);
        }
    }

    private void CreatePart(int root)
    {
        foreach (var step in CreationPlan.Of(parts[root]))
        {
            Create(step);
        }
    }

    /// <summary>Makes the processes that begin as copies of one whose memory is all there, and what belongs to them.</summary>
    private void CreateCopies(TreeState tree, int pid)
    {
        if (!copies.Contains(pid))
        {
            return;
        }

        var (rules, maker) = (new CopyRules(tree), processes[pid]);
        foreach (var copy in copies[pid])
        {
            if (!rules.Allow(copy, maker.Self))
            {
                throw new RestoreException($"the image has process {copy.Pid} begin as a copy of process {pid}, which cannot be its maker", "it is no image of crstream's");
            }

            CreateChild(maker, copy, CopyRules.IsSibling(copy, maker.Self) ? CloneFlags.CLONE_PARENT : CloneFlags.None);
            CreatePart(copy.Pid);
        }
    }

    /// <summary>Ends those who stood in for leaders that are gone. Nobody shall find them to wait for.</summary>
    private void EndStandIns(TreeState tree)
    {
        foreach (var leader in tree.StandIns)
        {
            if (!processes.Remove(leader.Pid, out var made))
            {
                continue;
            }

            ProcessBirth.EndAsZombie(made.Process, 0);
            if (processes.TryGetValue(leader.Parent, out var parent))
            {
                var program = new SyscallProgram();
                program.Call(SystemCall.wait4, parent.Seen(leader.Pid), 0, WALL, 0);
                parent.Process.Leader.Run(program);
            }
        }
    }

    private void EndZombies(TreeState tree)
    {
        foreach (var zombie in tree.Zombies)
        {
            var made = processes[zombie.Task.Pid];
            processes.Remove(zombie.Task.Pid);
            ProcessBirth.EndAsZombie(made.Process, zombie.Status);
        }
    }

    /// <summary>
    /// Makes the root, and before it the init of a new pid namespace where the root is none itself, and the leader of its
    /// session where that is gone.
    /// </summary>
    private void CreateRoot(Seed seed, TreeTask root, TreeTask? leader)
    {
        if (newPidNamespace)
        {
            seed.EnterNewPidNamespace();
            init = root.Ids[^1] == 1 ? null : seed.CreateRoot([1], isChild: false);
        }

        var first = leader ?? root;
        var (ids, isInit) = (IdsOf(first), first.IsInit && !newPidNamespace);
        var made = detach && init is not null ? ProcessBirth.CreateChild(init, ids, isInit ? CloneFlags.CLONE_NEWPID : CloneFlags.None, SIGCHLD) : seed.CreateRoot(ids, !detach, isInit);
        var builder = Add(first, made);
        if (leader is not null)
        {
            Create(new(CreationAct.Session, leader, leader.Pid, CloneFlags.None));
            builder = Add(root, ProcessBirth.CreateChild(made, IdsOf(root), CloneFlags.CLONE_PARENT, 0));
            builder.ProcessGroup = leader.Pid;
        }

        JoinGroup(builder);
    }

    private void Create(CreationStep step)
    {
        var maker = processes[step.Act == CreationAct.Process ? step.Maker : step.Task.Pid];
        var program = new SyscallProgram();
        switch (step.Act)
        {
            case CreationAct.Process:
                CreateChild(maker, step.Task, step.Flags);
                break;
            case CreationAct.Thread:
                PidNamespaceBuilder.Choose(maker, maker.Self.PidNamespace);
                ProcessBirth.CreateThread(maker.Process, IdsOf(step.Task), step.Flags);
                break;
            case CreationAct.Unshare:
                program.Call(SystemCall.unshare, (long)step.Flags);
                maker.Process.Tasks.Single(task => task.OwnTid == step.Task.Ids[^1]).Run(program);
                break;
            default:
                program.Call(SystemCall.setsid);
                maker.Process.Leader.Run(program);
                maker.ProcessGroup = step.Task.Pid;
                break;
        }
    }

    /// <summary>Makes a process, in its group already where that exists: so have its children, which may not be able to join it by themselves.</summary>
    private void CreateChild(ProcessBuilder maker, TreeTask self, CloneFlags flags)
    {
        PidNamespaceBuilder.Choose(maker, self.IsInit ? maker.Self.PidNamespace : self.PidNamespace);
        var child = Add(self, ProcessBirth.CreateChild(maker.Process, IdsOf(self), flags | (self.IsInit ? CloneFlags.CLONE_NEWPID : CloneFlags.None), self.ExitSignal));
        child.ProcessGroup = maker.ProcessGroup;

        // One that led a group, and left it to others, leads it again until they are in it.
        JoinGroup(child, !self.IsSessionLeader && groups.Contains(self.Pid) ? self.Pid : self.ProcessGroup);
    }

    /// <summary>Refuses an image whose tasks share other objects than the tree object says.</summary>
    private static void RequireShared(TreeState tree, IReadOnlyList<TaskPlan> plans, RestoreContext context)
    {
        var pieces = new SharedPieces<ulong>(tree);
        if (plans.FirstOrDefault(plan => context.Get<RestoredMm>(plan.Mm).State.Pid != pieces.OwnerOf("mm", plan.State.Tid)) is { } homeless)
        {
            throw new RestoreException($"the image has no address space for process {homeless.State.Pid}", "it is no image of crstream's");
        }

        foreach (var (tid, part, piece) in plans.SelectMany(plan => plan.Pieces.Select(piece => (plan.State.Tid, piece.Part, piece.Id))))
        {
            if (pieces.Of(part, tid, () => piece) != piece)
            {
                throw new RestoreException($"task {tid} of the image does not share the {part} that its tree object says", "it is no image of crstream's");
            }
        }
    }

    /// <summary>The ids that a task is to have, from the outermost pid namespace in which they matter.</summary>
    private IReadOnlyList<int> IdsOf(TreeTask task) => [.. task.Ids.Skip(droppedLevels)];

    private ProcessBuilder Add(TreeTask self, FrozenProcess process)
    {
        var builder = new ProcessBuilder(process, seenIds!, self, droppedLevels);
        return processes.TryAdd(self.Pid, builder) ? builder : throw new RestoreException($"the image's tree object lists process {self.Pid} twice", "it is no image of crstream's");
    }

    /// <summary>Lets everybody join a group whose leader came later. A group from outside is left to be the restorer's own.</summary>
    private void EndCreation()
    {
        // Who leads a group that it has left itself leaves it last, when others keep it; and behind those who join it on their way.
        var leaving = processes.Values.Where(process => process.ProcessGroup == process.Self.Pid && process.Self.ProcessGroup != process.Self.Pid).ToList();
        foreach (var process in processes.Values.Except(leaving))
        {
            JoinGroup(process);
        }

        while (leaving.Count > 0)
        {
            var next = leaving.Find(process => !leaving.Exists(other => other.Self.ProcessGroup == process.Self.Pid)) ?? leaving[0];
            leaving.Remove(next);
            JoinGroup(next);
        }

        foreach (var process in processes.Values)
        {
            PidNamespaceBuilder.Choose(process, process.Self.PidNamespace);
        }
    }

    /// <summary>
    /// Lets a process join its group, if it is not in it and its leader exists. A leader outside its pid namespace has no
    /// id there: the parent does it then.
    /// </summary>
    private void JoinGroup(ProcessBuilder process) => JoinGroup(process, process.Self.ProcessGroup);

    private void JoinGroup(ProcessBuilder process, int wanted)
    {
        if (process.ProcessGroup == wanted || process.Self.Session == process.Self.Pid || !processes.ContainsKey(wanted))
        {
            return;
        }

        var by = seenIds!.Sees(process.Self.Pid, wanted) ? process : processes[process.Self.Parent];
        var program = new SyscallProgram();
        program.Call(SystemCall.setpgid, by.Seen(process.Self.Pid), by.Seen(wanted));
        by.Process.Leader.Run(program);
        process.ProcessGroup = wanted;
    }

    private static string Holder(int id)
    {
        try
        {
            var status = new ProcTask(id).Status();
            return status.Tgid == id ? $"process {id} ({status.Name})" : $"a thread of process {status.Tgid} ({status.Name})";
        }
        catch (KernelException)
        {
            return "a task that has just ended";
        }
    }
}
