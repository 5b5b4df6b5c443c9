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

namespace CrStream.Engine.Checkpoint;

/// <summary>
/// Finds every kernel object that the tasks hold. When it ends, each descriptor, mapping and piece of state has been
/// claimed by a handler, or the checkpoint has stopped with an error that names what was not.
/// </summary>
internal static class CollectStep
{
    public static Task<ObjectGraph> RunAsync(FrozenTree tree, PluginCatalog catalog, KernelNotes notes)
    {
        tree.Job.Report("collect");
        return tree.Job.Tracer.Run(() => Collect(tree, catalog, notes));
    }

    private static ObjectGraph Collect(FrozenTree tree, PluginCatalog catalog, KernelNotes notes)
    {
        var (job, process) = (tree.Job, tree.Process);
        RequireSharedByThreads(process);
        var restarts = notes.ReadRestartBlocks(process.Pid);
        var tasks = process.Tasks.Select(task => TaskCollector.Collect(task, restarts.GetValueOrDefault(task.Tid))).ToArray();
        var group = ThreadGroupCollector.Collect(process);
        var sighand = SigHandState.Collect(process.Leader);
        var fs = new FsState(PathOf(process, "cwd"), PathOf(process, "root"), process.Leader.Status.Umask ?? 0);

        var context = new CollectContext(new Kernel(), job.Request.Settings);
        var files = job.Files = new FileCollector(catalog, context, InheritedDescriptors.Of(job.Request.Settings));
        var mm = MmCollector.Collect(process, files);
        var table = files.CollectTable(process);
        var fsNode = new CoreObject("fs", $"the working directory of {process.Pid}", _ => fs.ToFields());
        var sighandNode = new CoreObject("sighand", $"the signal actions of {process.Pid}", _ => sighand.ToFields());
        var groupNode = new CoreObject("thread-group", $"process {process.Pid}", _ => group.ToFields());
        KernelObject[] shared = [mm, table, fsNode, sighandNode, groupNode];
        var nodes = tasks.Select(task => new CoreObject(
            "task",
            $"task {task.Tid}",
            references =>
            {
                var fields = task.ToFields();
                (fields["mm"], fields["files"], fields["fs"], fields["sighand"], fields["thread_group"]) =
                    (references.To(mm), references.To(table), references.To(fsNode), references.To(sighandNode), references.To(groupNode));
                return fields;
            },
            shared));
        return new(tree, Relations(job, process), [.. nodes], [.. files.Files], context);
    }

    private static TreeState Relations(CheckpointJob job, FrozenProcess process)
    {
        var stat = process.Leader.Proc.Stat();
        if (stat.Session != process.Pid && !job.Request.ShellJob)
        {
            throw new DeniedException(
                $"process {process.Pid} belongs to session {stat.Session}, whose leader is outside the tree",
                "start it with setsid, or let its session be that of the restoring shell with --shell-job");
        }

        if (stat.Terminal != 0 && !job.Request.ShellJob)
        {
            throw new DeniedException($"process {process.Pid} has a controlling terminal, which cannot be carried yet", "start it with setsid, or leave the terminal out with --shell-job");
        }

        return new(process.Pid, job.Request.ShellJob, [.. process.Tasks.Select(task => new TreeTask(task.Tid, process.Pid, stat.ParentPid, stat.ProcessGroup, stat.Session))]);
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
