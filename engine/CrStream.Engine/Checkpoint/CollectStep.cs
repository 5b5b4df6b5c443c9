using CrStream.Abstractions;
using CrStream.Engine.Files;
using CrStream.Engine.FileSystem;
using CrStream.Engine.Memory;
using CrStream.Engine.Plugins;
using CrStream.Engine.Signals;
using CrStream.Engine.Tasks;
using CrStream.Engine.ThreadGroups;
using CrStream.Engine.Tree;
using CrStream.Linux.Acting;
using CrStream.Linux.Files;
using CrStream.Linux.Kcmp;
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
        var state = Relations(job, tree);
        TreeRelations.Require(state);
        RequireOwnTables(tree);
        var context = new CollectContext(new Kernel(), job.Request.Settings);
        var files = job.Files = new FileCollector(catalog, context, tree.Processes[0].Pid, InheritedDescriptors.Of(job.Request.Settings));
        var nodes = tree.Processes.SelectMany(process => CollectProcess(process, files, notes)).ToArray();
        return new(job, tree, state, nodes, [.. files.Files], context);
    }

    /// <summary>Collects a process; its tasks are the nodes from which the rest is reached.</summary>
    private static CoreObject[] CollectProcess(FrozenProcess process, FileCollector files, KernelNotes notes)
    {
        RequireSharedByThreads(process);
        var restarts = notes.ReadRestartBlocks(process.Pid);
        var tasks = process.Tasks.Select(task => TaskCollector.Collect(task, restarts.GetValueOrDefault(task.Tid))).ToArray();
        var group = ThreadGroupCollector.Collect(process);
        var sighand = SigHandState.Collect(process.Leader);
        var fs = new FsState(PathOf(process, "cwd"), PathOf(process, "root"), process.Leader.Status.Umask ?? 0);
        var mm = MmCollector.Collect(process, files);
        var table = files.CollectTable(process);
        var fsNode = new CoreObject("fs", $"the working directory of {process.Pid}", _ => fs.ToFields());
        var sighandNode = new CoreObject("sighand", $"the signal actions of {process.Pid}", _ => sighand.ToFields());
        var groupNode = new CoreObject("thread-group", $"process {process.Pid}", _ => group.ToFields());
        KernelObject[] shared = [mm, table, fsNode, sighandNode, groupNode];
        return [.. tasks.Select(task => new CoreObject(
            "task",
            $"task {task.Tid}",
            references =>
            {
                var fields = task.ToFields();
                (fields["mm"], fields["files"], fields["fs"], fields["sighand"], fields["thread_group"]) =
                    (references.To(mm), references.To(table), references.To(fsNode), references.To(sighandNode), references.To(groupNode));
                return fields;
            },
            shared))];
    }

    private static TreeState Relations(CheckpointJob job, FrozenTree tree)
    {
        var stats = tree.Processes.Select(process => (process, stat: process.Leader.Proc.Stat())).ToArray();
        if (!job.Request.ShellJob && stats.FirstOrDefault(entry => entry.stat.Terminal != 0).process is { } onTerminal)
        {
            throw new DeniedException($"process {onTerminal.Pid} has a controlling terminal, which cannot be carried yet", "start it with setsid, or leave the terminal out with --shell-job");
        }

        return new(
            tree.Processes[0].Pid, job.Request.ShellJob,
            [.. stats.SelectMany(entry => entry.process.Tasks.Select(task => Related(task.Tid, entry.stat)))],
            [.. tree.Zombies.Select(stat => new ZombieState(Related(stat.Pid, stat), stat.ExitCode))]);
    }

    private static TreeTask Related(int tid, ProcStat stat) => new(tid, stat.Pid, stat.ParentPid, stat.ProcessGroup, stat.Session);

    /// <summary>Refuses processes that share what fork(2) does not share: found by sorting, in which the same come side by side.</summary>
    private static void RequireOwnTables(FrozenTree tree)
    {
        foreach (var (type, what) in (ReadOnlySpan<(KcmpType, string)>)[(KcmpType.KCMP_FILES, "descriptor table"), (KcmpType.KCMP_FS, "working directory"), (KcmpType.KCMP_SIGHAND, "signal actions")])
        {
            var pids = tree.Processes.Select(process => process.Pid).ToList();
            pids.Sort((one, other) => one == other ? 0 : KernelComparison.Compare(type, one, other));
            for (var i = 1; i < pids.Count; i++)
            {
                if (KernelComparison.Compare(type, pids[i - 1], pids[i]) == 0)
                {
                    throw new DeniedException($"processes {pids[i - 1]} and {pids[i]} share their {what} (clone(2)), which cannot be carried yet", "let the program use threads or fork instead");
                }
            }
        }
    }

    private static string PathOf(FrozenProcess process, string link)
    {
        var path = link == "cwd" ? process.Leader.Proc.WorkingDirectory() : process.Leader.Proc.Root();
        return path.Text is { } text && !text.EndsWith(" (deleted)", StringComparison.Ordinal)
            ? text
            : throw new DeniedException($"the {(link == "cwd" ? "working" : "root")} directory of process {process.Pid} ({path}) is gone or has a name that is not UTF-8", "let the program change to another directory");
    }

    private static void RequireSharedByThreads(FrozenProcess process)
    {
        foreach (var task in process.Tasks.Skip(1))
        {
            foreach (var (type, what) in (ReadOnlySpan<(KcmpType, string)>)[(KcmpType.KCMP_FILES, "descriptor table"), (KcmpType.KCMP_FS, "working directory")])
            {
                if (KernelComparison.Compare(type, process.Pid, task.Tid) != 0)
                {
                    throw new DeniedException($"task {task.Tid} of process {process.Pid} has a {what} of its own (unshare(2)), which cannot be carried yet");
                }
            }
        }
    }
}
