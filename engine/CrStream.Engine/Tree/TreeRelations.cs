using CrStream.Abstractions;

namespace CrStream.Engine.Tree;

/// <summary>
/// The rules by which processes get their parents, sessions and process groups again: a child is made by its parent, has
/// its session from it or makes one, and joins a group whose leader exists. Pure.
/// </summary>
internal static class TreeRelations
{
    /// <summary>Refuses a tree whose relations these rules do not lead to.</summary>
    /// <exception cref="DeniedException">A process has a session or a process group whose leader is gone or outside.</exception>
    public static void Require(TreeState tree)
    {
        var processes = tree.Processes.ToDictionary(process => process.Pid);
        var root = processes[tree.Root];
        if (root.Session != root.Pid && !tree.ShellJob)
        {
            throw new DeniedException(
                $"process {root.Pid} belongs to session {root.Session}, whose leader is outside the tree",
                "start it with setsid, or let its session be that of the restoring shell with --shell-job");
        }

        foreach (var process in tree.Processes.Concat(tree.Zombies.Select(zombie => zombie.Task)).Where(process => process.Pid != tree.Root))
        {
            var parent = processes[process.Parent];
            if (process.Session != process.Pid && process.Session != parent.Session && process.Session != SessionBefore(parent, processes))
            {
                throw new DeniedException($"process {process.Pid} belongs to session {process.Session}, which is not that of its parent {parent.Pid}: this cannot be restored yet");
            }

            if (process.ProcessGroup != process.Pid && process.ProcessGroup != root.ProcessGroup && !processes.ContainsKey(process.ProcessGroup))
            {
                throw new DeniedException($"process {process.Pid} belongs to process group {process.ProcessGroup}, whose leader is gone or outside the tree: this cannot be restored yet");
            }
        }
    }

    /// <summary>Whether a child must be made before its parent makes the session that it leads.</summary>
    public static bool PrecedesSession(TreeTask child, TreeTask parent) => parent.Session == parent.Pid && child.Session != parent.Pid && child.Session != child.Pid;

    /// <summary>The session that a session's leader was in before it made its own: its parent's.</summary>
    private static int SessionBefore(TreeTask process, Dictionary<int, TreeTask> processes) =>
        process.Session == process.Pid && processes.TryGetValue(process.Parent, out var parent) ? parent.Session : process.Session;
}
