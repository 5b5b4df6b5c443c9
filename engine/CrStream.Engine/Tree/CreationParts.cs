namespace CrStream.Engine.Tree;

/// <summary>
/// The tree cut into parts, each of which is made at once: the root's with the stubs, and that of every process that begins
/// as a copy when the memory that it copies is there. Pure.
/// </summary>
internal static class CreationParts
{
    /// <summary>The parts, as trees by their roots.</summary>
    public static IReadOnlyDictionary<int, TreeState> Of(TreeState tree)
    {
        var made = tree.Made.ToDictionary(process => process.Pid);
        var rootOf = new Dictionary<int, int>();
        foreach (var process in made.Values)
        {
            var at = process;
            while (at.Pid != tree.Root && at.CopyOf == 0)
            {
                at = made[at.Maker];
            }

            rootOf[process.Pid] = at.Pid;
        }

        var processOf = tree.Tasks.ToDictionary(task => task.Tid, task => task.Pid);
        var tasks = tree.Tasks.ToLookup(task => rootOf[task.Pid]);
        var zombies = tree.Zombies.ToLookup(zombie => rootOf[zombie.Task.Pid]);
        var standIns = tree.StandIns.Where(leader => rootOf.ContainsKey(leader.Pid)).ToLookup(leader => rootOf[leader.Pid]);
        var shared = tree.Shared.ToLookup(group => rootOf[processOf[group.Tasks[0]]]);
        return tasks.ToDictionary(part => part.Key, part => new TreeState(part.Key, tree.ShellJob, [.. part], [.. zombies[part.Key]]) { Shared = [.. shared[part.Key]], StandIns = [.. standIns[part.Key]] });
    }
}
