using CrStream.Abstractions;
using CrStream.Engine.Files;
using CrStream.Engine.FileSystem;
using CrStream.Engine.Memory;
using CrStream.Engine.Namespaces;
using CrStream.Engine.Plugins;
using CrStream.Engine.Signals;
using CrStream.Engine.Tasks;
using CrStream.Engine.ThreadGroups;
using CrStream.Engine.Tree;
using CrStream.Linux.Acting;
using CrStream.Linux.Bpf;
using CrStream.Linux.Files;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Checkpoint;

/// <summary>
/// Finds every kernel object that the tasks hold. When it ends, each descriptor, mapping and piece of state has been
/// claimed by a handler, or the checkpoint has stopped with an error that names what was not.
/// </summary>
internal static class CollectStep
{
    public static Task<ObjectGraph> RunAsync(FrozenJob frozen, PluginCatalog catalog, KernelNotes notes)
    {
        frozen.Job.Report("collect");
        return frozen.Job.Tracer.Run(() => Collect(frozen, catalog, notes));
    }

    private static ObjectGraph Collect(FrozenJob frozen, PluginCatalog catalog, KernelNotes notes)
    {
        var (job, tree) = frozen;
        var kernel = notes.ReadTasks();
        var state = TreeRelations.Resolve(PidNamespaces.Place(Relations(job, tree, kernel)));
        TreeRelations.RequireGone(state, pid => Directory.Exists($"/proc/{pid}"));
        CreationPlan.Of(state);
        var context = new CollectContext(new Kernel(), job.Request.Settings, state.Tasks.Select(task => task.Tid).Concat(state.Zombies.Select(zombie => zombie.Task.Tid)).ToHashSet());
        var external = new ExternalFiles(ExternalOptions.Named(job.Request.Settings, tree.Processes[0].Leader.Tid));
        var files = job.Files = new FileCollector(catalog, context, OpenFileIdentity.Dictionary<CollectedFile>(tree, notes.Records), external);
        var pieces = new SharedPieces<KernelObject>(state);
        var (stops, namespaces) = (new ChildStops(tree, new SeenIds(state)), new NamespaceCollector());
        var nodes = tree.Processes.SelectMany(process => CollectProcess(process, tree, stops, pieces, files, namespaces, kernel)).ToArray();
        NamespaceLeaks.Require(PidNamespaces.Own(state).Concat(namespaces.Links).ToHashSet(), state.All.Select(process => process.Pid).ToHashSet());
        var loose = catalog.TreeHandlers.SelectMany(handler => handler.Collect(context)).ToArray();
        context.Complete([.. files.Files.Select(file => new TreeFile(file.Node, file.Descriptors))]);
        external.RequireAllFound();
        var copies = MmBases.Set([.. nodes.SelectMany(node => node.References).OfType<MmNode>().Distinct()], state);
        return new(job, tree, WithCopies(state, copies), [.. loose, .. nodes], files, context);
    }

    private static TreeState WithCopies(TreeState state, IReadOnlyDictionary<int, int> copies) =>
        state with { Tasks = [.. state.Tasks.Select(task => task.Tid == task.Pid && copies.TryGetValue(task.Pid, out var from) ? task with { CopyOf = from } : task)] };

    /// <summary>Collects a process; its tasks are the nodes from which the rest is reached.</summary>
    private static CoreObject[] CollectProcess(
        FrozenProcess process, FrozenTree tree, ChildStops stops, SharedPieces<KernelObject> pieces, FileCollector files, NamespaceCollector namespaces,
        IReadOnlyDictionary<int, KernelTask>? kernel)
    {
        var states = process.Tasks.Select(task => TaskCollector.Collect(task, kernel?.GetValueOrDefault(task.Tid)?.RestartBlock)).ToArray();
        process.Tasks.ToList().ForEach(task => UncarriedState.RequireNoUndo(task, kernel?.GetValueOrDefault(task.Tid)));
        RequireNoDeathSignal(process, states, tree);
        var group = ThreadGroupCollector.Collect(process, kernel?.GetValueOrDefault(process.Pid)?.SecureBits ?? states[0].Credentials.SecureBits, stops.IsNews(process));
        var spaces = namespaces.Collect(process);
        var groupNode = new CoreObject(
            "thread-group", $"process {process.Pid}", references => group.ToFields().AddIfAny("namespaces", spaces.Count == 0 ? null : Value.Array(spaces.Select(references.To))), spaces);
        var mm = pieces.Of("mm", process.Leader.Tid, () => MmCollector.Collect(process, files));
        return [.. process.Tasks.Zip(states).Select(pair => TaskNode(
            pair.Second, mm,
            pieces.Of("files", pair.First.Tid, () => files.CollectTable(pair.First)),
            pieces.Of("fs", pair.First.Tid, () => FsNode(pair.First)),
            pieces.Of("sighand", pair.First.Tid, () => SigHandNode(pair.First)),
            groupNode))];
    }

    /// <summary>
    /// A parent is the task that made the child. A leader that has ended is made again, and ends again with its children's
    /// death signals, which other threads would have to have made.
    /// </summary>
    private static void RequireNoDeathSignal(FrozenProcess process, IReadOnlyList<TaskState> states, FrozenTree tree)
    {
        if (states.Any(task => task.ParentDeathSignal != 0) && tree.Processes.Any(parent => parent.HasEndedLeader && parent.Pid == process.Leader.Status.PPid))
        {
            throw new DeniedException(
                $"process {process.Pid} wants a signal at its parent's death (PR_SET_PDEATHSIG), and its parent's first thread has ended: this cannot be restored yet", "let the child clear the signal");
        }
    }

    private static CoreObject TaskNode(TaskState task, KernelObject mm, KernelObject table, KernelObject fs, KernelObject sighand, KernelObject group) => new(
        "task",
        $"task {task.Tid}",
        references =>
        {
            var fields = task.ToFields();
            (fields["mm"], fields["files"], fields["fs"], fields["sighand"], fields["thread_group"]) =
                (references.To(mm), references.To(table), references.To(fs), references.To(sighand), references.To(group));
            return fields;
        },
        mm, table, fs, sighand, group);

    private static CoreObject FsNode(FrozenTask task)
    {
        var fs = new FsState(PathOf(task, "cwd"), PathOf(task, "root"), task.Status.Umask ?? 0);
        return new("fs", $"the working directory of {task.Tid}", _ => fs.ToFields());
    }

    private static CoreObject SigHandNode(FrozenTask task)
    {
        var sighand = SigHandState.Collect(task);
        return new("sighand", $"the signal actions of {task.Pid}", _ => sighand.ToFields());
    }

    private static TreeState Relations(CheckpointJob job, FrozenTree tree, IReadOnlyDictionary<int, KernelTask>? kernel)
    {
        var stats = tree.Processes.Select(process => (process, stat: new ProcTask(process.Pid).Stat())).ToArray();
        if (!job.Request.ShellJob && stats.FirstOrDefault(entry => entry.stat.Terminal != 0).process is { } onTerminal)
        {
            throw new DeniedException($"process {onTerminal.Pid} has a controlling terminal, which cannot be carried yet", "start it with setsid, or leave the terminal out with --shell-job");
        }

        return new(
            tree.Processes[0].Pid, job.Request.ShellJob,
            [.. stats.SelectMany(entry => entry.process.Tasks.Select(task => task.Tid).Prepend(entry.process.Pid).Distinct().Select(tid => Related(tid, entry.stat)))],
            [.. tree.Zombies.Select(stat => new ZombieState(Related(stat.Pid, stat), stat.ExitCode))])
        {
            Shared = SharingCollector.Collect(tree.Processes, kernel),
        };
    }

    private static TreeTask Related(int tid, ProcStat stat) => new(tid, stat.Pid, stat.ParentPid, stat.ProcessGroup, stat.Session) { ExitSignal = stat.ExitSignal };

    private static string PathOf(FrozenTask task, string link)
    {
        var path = link == "cwd" ? task.Proc.WorkingDirectory() : task.Proc.Root();
        return path.Text is { } text && !text.EndsWith(" (deleted)", StringComparison.Ordinal)
            ? text
            : throw new DeniedException($"the {(link == "cwd" ? "working" : "root")} directory of task {task.Tid} ({path}) is gone or has a name that is not UTF-8", "let the program change to another directory");
    }
}
