namespace CrStream.Engine.Tree;

/// <summary>
/// Which process can be born as which one's copy, with all of its memory: fork(2) makes a child of the one that is copied,
/// or with CLONE_PARENT a sibling, gives it that one's session and pid namespace, and comes too late for what clone(2) shares. Pure.
/// </summary>
internal sealed class CopyRules
{
    private readonly HashSet<int> bound = [];

    /// <summary>The rules for a tree.</summary>
    public CopyRules(TreeState tree)
    {
        var parents = tree.Made.ToDictionary(process => process.Pid, process => process.Maker);
        var processOf = tree.Tasks.ToDictionary(task => task.Tid, task => task.Pid);
        foreach (var group in tree.Shared)
        {
            // At and below how many of its processes each process is. Who has some below and others elsewhere is bound.
            var members = group.Tasks.Where(processOf.ContainsKey).Select(task => processOf[task]).Distinct().ToArray();
            var below = new Dictionary<int, int>();
            foreach (var member in members)
            {
                for (var (pid, steps) = (member, 0); parents.ContainsKey(pid) && steps < parents.Count; (pid, steps) = (parents[pid], steps + 1))
                {
                    below[pid] = below.GetValueOrDefault(pid) + 1;
                }
            }

            bound.UnionWith(below.Where(count => count.Value < members.Length).Select(count => count.Key));
        }
    }

    /// <summary>Whether a process can be born as another's copy.</summary>
    /// <param name="process">The one to be born.</param>
    /// <param name="from">The one that is there, with its session.</param>
    public bool Allow(TreeTask process, TreeTask from) =>
        !bound.Contains(process.Pid)
        && (process.Parent == from.Pid || (IsSibling(process, from) && process.ExitSignal == from.ExitSignal))
        && process.PidNamespace == from.PidNamespace && !process.IsInit
        && (process.Session == from.Session || (process.IsSessionLeader && (process.BirthSession == 0 || process.BirthSession == from.Session)));

    /// <summary>Whether it is a sibling's copy.</summary>
    public static bool IsSibling(TreeTask process, TreeTask from) => process.Pid != from.Pid && process.Parent == from.Parent;
}
