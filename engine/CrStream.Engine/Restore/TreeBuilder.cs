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
internal sealed class TreeBuilder(bool detach, TimeSpan timeout) : IAsyncDisposable
{
    private static readonly TimeSpan PauseBetweenLooks = TimeSpan.FromMilliseconds(5);

    private readonly TracerThread tracer = new();
    private readonly Dictionary<int, ProcessBuilder> processes = [];
    private IReadOnlyDictionary<int, TreeState> parts = new Dictionary<int, TreeState>();
    private ILookup<int, TreeTask> copies = Enumerable.Empty<TreeTask>().ToLookup(task => task.CopyOf);
    private RestoredMm? latest;
    private bool running;

    /// <summary>The tracer's thread: the parent of a process that is not detached, which must not end before it.</summary>
    public TracerThread Tracer => tracer;

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
        var waited = Stopwatch.StartNew();
        foreach (var id in tree.Tasks.Concat(tree.Zombies.Select(zombie => zombie.Task)).Select(task => task.Tid).Append(tree.Root).Distinct())
        {
            while (Directory.Exists($"/proc/{id}"))
            {
                if (waited.Elapsed > timeout)
                {
                    throw new RestoreException(
                        $"the task id {id} that the image needs is taken by {Holder(id)}", "end that process, or restore where the id is free");
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
            SetGroups(tree);
            EndZombies(tree);
            var byProcess = plans.GroupBy(plan => plan.State.Pid).Select(group => (Builder: processes[group.Key], Plans: group.ToArray())).ToArray();
            var (given, owned) = (new Dictionary<ulong, FrozenTask>(), new HashSet<ulong>());
            Array.ForEach(byProcess, process => process.Builder.CompleteMemory(context));
            Array.ForEach(byProcess, process => process.Builder.Complete(process.Plans, context, given));
            Array.ForEach(byProcess, process => process.Builder.CompleteRelations(context, given, owned));
            var tasks = byProcess.SelectMany(process => process.Builder.Tasks).ToArray();
            TraceRestorer.HandOver(tasks);
            Array.ForEach(byProcess, process => process.Builder.Finish());
            var (traced, others) = (byProcess.Where(process => process.Builder.IsTraced).ToArray(), byProcess.Where(process => !process.Builder.IsTraced).ToArray());
            Array.ForEach(traced, process => process.Builder.LeaveScratch());
            TraceRestorer.Quieten(tasks, plan => context.Get<RestoredRecord<ThreadGroupState>>(plan.ThreadGroup).State.PendingSignals.Concat(plan.State.PendingSignals));
            Array.ForEach(others, process => process.Builder.LeaveScratch());
        },
        cancellation);

    /// <summary>Lets all tasks go.</summary>
    public Task ResumeAsync() => tracer.Run(() =>
    {
        running = true;
        foreach (var process in processes.Values)
        {
            process.Release();
        }
    });

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
            });
        }

        foreach (var process in processes.Values)
        {
            process.Process.Memory.Dispose();
        }

        if (!running || detach)
        {
            tracer.Dispose();
        }
    }

    private void CreateProcesses(TreeState tree, MmState first)
    {
        var listed = tree.Processes.ToDictionary(process => process.Pid);
        if (!listed.ContainsKey(tree.Root))
        {
            throw new RestoreException("the image's tree object does not list its root", "it is no image of crstream's");
        }

        var page = (ulong)System.Environment.SystemPageSize;
        var taken = MmBuilder.Ranges(first).ToList();
        var stub = AddressSpacePlan.FindHole(page, taken);
        taken.Add((stub, stub + page));
        var scratch = AddressSpacePlan.FindHole(ProcessBirth.ScratchLength, taken);
        var process = ProcessBirth.CreateProcess(tree.Root, stub, scratch, isChild: !detach, timeout);
        processes.Add(tree.Root, new(process));
        parts = CreationParts.Of(tree);
        copies = tree.Processes.Where(process => process.CopyOf != 0 && process.Pid != tree.Root).ToLookup(process => process.CopyOf);
        CreatePart(tree.Root);
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

        var (rules, from, maker) = (new CopyRules(tree), tree.Processes.First(process => process.Pid == pid), processes[pid].Process);
        foreach (var copy in copies[pid])
        {
            if (!rules.Allow(copy, from))
            {
                throw new RestoreException($"the image has process {copy.Pid} begin as a copy of process {pid}, which cannot be its maker", "it is no image of crstream's");
            }

            processes.Add(copy.Pid, new(CopyRules.IsSibling(copy, from) ? ProcessBirth.CreateSibling(maker, copy.Pid) : ProcessBirth.CreateChild(maker, copy.Pid, CloneFlags.None, copy.ExitSignal)));
            CreatePart(copy.Pid);
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

    private void Create(CreationStep step)
    {
        var maker = processes[step.Act == CreationAct.Process ? step.Maker : step.Task.Pid].Process;
        var program = new SyscallProgram();
        switch (step.Act)
        {
            case CreationAct.Process:
                processes.Add(step.Task.Pid, new(ProcessBirth.CreateChild(maker, step.Task.Pid, step.Flags, step.Task.ExitSignal)));
                break;
            case CreationAct.Thread:
                ProcessBirth.CreateThread(maker, step.Task.Tid, step.Flags);
                break;
            case CreationAct.Unshare:
                program.Call(SystemCall.unshare, (long)step.Flags);
                maker.Tasks.Single(task => task.Tid == step.Task.Tid).Run(program);
                break;
            default:
                program.Call(SystemCall.setsid);
                maker.Leader.Run(program);
                break;
        }
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

    /// <summary>Makes the process groups: their leaders first, then everybody joins. A group from outside is left to be the restorer's own.</summary>
    private void SetGroups(TreeState tree)
    {
        var all = tree.Processes.Concat(tree.Zombies.Select(zombie => zombie.Task)).ToArray();
        foreach (var task in all.Where(task => task.ProcessGroup == task.Pid && task.Session != task.Pid).Concat(all.Where(task => task.ProcessGroup != task.Pid && processes.ContainsKey(task.ProcessGroup))))
        {
            var program = new SyscallProgram();
            program.Call(SystemCall.setpgid, 0, task.ProcessGroup);
            processes[task.Pid].Process.Leader.Run(program);
        }
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
