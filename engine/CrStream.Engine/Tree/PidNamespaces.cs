using CrStream.Abstractions;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Tree;

/// <summary>Finds out which pid namespaces the tree has of its own, and where each task stands; see pid_namespaces(7).</summary>
internal static class PidNamespaces
{
    /// <summary>The tree, with the pid namespaces of its tasks.</summary>
    /// <exception cref="DeniedException">A namespace cannot be carried.</exception>
    public static TreeState Place(TreeState tree)
    {
        var outer = Link("/proc/self/ns/pid") ?? throw new CheckpointException("this process cannot tell its own pid namespace", "mount /proc");
        var links = tree.All.ToDictionary(process => process.Pid, process => Link($"/proc/{process.Pid}/ns/pid") ?? outer);
        var inits = new Dictionary<string, int>(StringComparer.Ordinal) { [outer] = TreeTask.OuterNamespace };
        foreach (var (pid, link) in links)
        {
            if (link != outer && new ProcTask(pid).Status().NSpid[^1] == 1)
            {
                inits.Add(link, pid);
            }
        }

        // The root may be in a container, or in a namespace that a restore has made for it, without being its init.
        _ = inits.TryAdd(links[tree.Root], TreeTask.SurroundingNamespace);
        TreeTask PlaceTask(TreeTask task)
        {
            var link = links[task.Pid];
            var own = InitOf(inits, task, link);
            var (ids, forChildren) = (new ProcTask(task.Pid, task.Tid).Status().NSpid, Link($"/proc/{task.Pid}/task/{task.Tid}/ns/pid_for_children"));
            return task with
            {
                InnerIds = [.. ids.Skip(1)],
                PidNamespace = own,
                PidNamespaceForChildren = forChildren is null ? TreeTask.EmptyNamespace : InitOf(inits, task, forChildren),
            };
        }

        var placed = tree with
        {
            Tasks = [.. tree.Tasks.Select(PlaceTask)],
            Zombies = [.. tree.Zombies.Select(zombie => zombie with { Task = PlaceTask(zombie.Task) is var task ? task with { PidNamespaceForChildren = task.PidNamespace } : zombie.Task })],
        };
        Require(placed);
        return placed;
    }

    /// <summary>Refuses a tree whose pid namespaces cannot be made again by unshare(2), setns(2) and clone(2) in the order in which processes are made. Pure.</summary>
    public static void Require(TreeState tree)
    {
        var processes = tree.All.ToDictionary(process => process.Pid);
        // Each process is made with all that are below it before its next sibling.
        var children = tree.All.Where(process => process.Pid != tree.Root).ToLookup(process => process.Parent);
        var ids = new SeenIds(tree);
        var made = new HashSet<int> { TreeTask.OuterNamespace, TreeTask.SurroundingNamespace };
        var next = new Stack<TreeTask>([processes[tree.Root]]);
        while (next.TryPop(out var process))
        {
            foreach (var child in children[process.Pid].Reverse())
            {
                next.Push(child);
            }

            var parent = processes.GetValueOrDefault(process.Parent);
            if (parent is not null && process.ProcessGroup != parent.ProcessGroup && processes.ContainsKey(process.ProcessGroup)
                && !ids.Sees(process.Pid, process.ProcessGroup) && !ids.Sees(parent.Pid, process.ProcessGroup))
            {
                throw new DeniedException($"process {process.Pid} belongs to process group {process.ProcessGroup}, which is outside its pid namespace and not the group of its parent: this cannot be restored");
            }

            if (process.IsInit)
            {
                made.Add(process.Pid);
                if (parent is not null && process.Ids.Count != parent.Ids.Count + 1)
                {
                    throw new DeniedException($"process {process.Pid} is the init of a pid namespace that is not right below that of its parent {process.Parent}: this cannot be restored");
                }
            }
            else if (!made.Contains(process.PidNamespace))
            {
                throw new DeniedException($"process {process.Pid} has joined the pid namespace of {process.PidNamespace}, which comes behind it in the tree: this cannot be restored yet");
            }
        }
    }

    /// <summary>The pid namespaces that are the tree's own, as links of /proc/PID/ns say.</summary>
    public static IEnumerable<string> Own(TreeState tree) => tree.All.Where(process => process.IsInit).Select(init => Link($"/proc/{init.Pid}/ns/pid")).OfType<string>();

    /// <summary>
    /// How many of the outermost ids are not restored: those outside the root's pid namespace, where that is to be a new
    /// one. Pure.
    /// </summary>
    /// <exception cref="RestoreException">It has to be a new one.</exception>
    public static int DroppedLevels(TreeTask root, bool newPidNamespace)
    {
        if (newPidNamespace)
        {
            return root.Ids.Count - 1;
        }

        return root.Ids.Count == (root.IsInit ? 2 : 1)
            ? 0
            : throw new RestoreException($"process {root.Pid} of the image was {root.Ids[^1]} in a pid namespace around its tree", "restore it into one with --new-pid-namespace");
    }

    private static int InitOf(Dictionary<string, int> inits, TreeTask task, string link) => inits.TryGetValue(link, out var init)
        ? init
        : throw new DeniedException(
            $"task {task.Tid} of process {task.Pid} is in, or has for its children, the pid namespace {link}, whose init is outside the tree or has ended",
            $"checkpoint the process that is 1 in that namespace, or run crstream inside it: nsenter --target {task.Pid} --pid --mount crstream checkpoint ...");

    /// <summary>What identifies a namespace; null for one that has no process yet.</summary>
    private static string? Link(string path)
    {
        try
        {
            return ProcFs.ReadLink(path).ToString();
        }
        catch (KernelException missing) when (missing.Error == ErrorNumber.ENOENT)
        {
            return null;
        }
    }
}
