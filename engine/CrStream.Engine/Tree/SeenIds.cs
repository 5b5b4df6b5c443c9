using CrStream.Abstractions;

namespace CrStream.Engine.Tree;

/// <summary>
/// Translates ids: the image has all in its outer pid namespace, a call inside a task wants them as that task sees them.
/// Pure.
/// </summary>
internal sealed class SeenIds(TreeState tree)
{
    private readonly Dictionary<int, TreeTask> tasks = tree.Tasks.Concat(tree.Zombies.Select(zombie => zombie.Task)).Concat(tree.StandIns).DistinctBy(task => task.Tid).ToDictionary(task => task.Tid);

    /// <summary>What the tree object says of a task.</summary>
    public TreeTask Task(int tid) => tasks[tid];

    /// <summary>Whether a task of the tree is in the pid namespace of a process or in one below it: others have no id there.</summary>
    public bool Sees(int pid, int id)
    {
        if (!tasks.TryGetValue(id, out var task))
        {
            return false;
        }

        var (own, depth) = (tasks[pid].PidNamespace, tasks[pid].Ids.Count);
        var inside = task.PidNamespace;
        while (inside != own && tasks.TryGetValue(inside, out var init) && init.Ids.Count > depth)
        {
            inside = tasks.TryGetValue(init.Parent, out var parent) ? parent.PidNamespace : TreeTask.OuterNamespace;
        }

        return inside == own;
    }

    /// <summary>The id of a task, process, group or session as a process sees it; one that is none of the tree's is seen as it is from the outer namespace.</summary>
    /// <exception cref="RestoreException">It is in a pid namespace that the process does not see into.</exception>
    public int By(int pid, int id)
    {
        var depth = tasks[pid].Ids.Count;
        return Sees(pid, id) ? tasks[id].Ids[depth - 1]
            : depth == 1 ? id
            : throw new RestoreException($"process {pid} refers to {id}, which is outside its pid namespace", "let the program give up what refers to it before the checkpoint");
    }
}
