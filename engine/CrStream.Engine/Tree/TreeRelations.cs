using CrStream.Abstractions;

namespace CrStream.Engine.Tree;

/// <summary>
/// The rules by which processes get their parents, sessions and process groups again. A session is handed down from a
/// maker to whom it makes, who is its child, or with CLONE_PARENT its sibling. A group is joined while it has a member. A
/// leader that is gone is made for a while, as a stand-in. Pure.
/// </summary>
internal sealed class TreeRelations
{
    private readonly TreeState tree;
    private readonly Dictionary<int, TreeTask> processes;
    private readonly TreeTask root;

    // The session in which each process is born: its own, or for a session's leader one that its children need, 0 for any.
    private readonly Dictionary<int, int> births;
    private readonly Dictionary<int, int> makers;
    private readonly Dictionary<int, TreeTask> standIns = [];

    private TreeRelations(TreeState tree)
    {
        this.tree = tree;
        processes = [];
        foreach (var process in tree.All)
        {
            if ((process.Pid == tree.Root) == processes.ContainsKey(process.Parent) || !processes.TryAdd(process.Pid, process))
            {
                throw new RestoreException($"the tree lists process {process.Pid} twice, or before its parent", "it is no image of crstream's");
            }
        }

        root = processes.GetValueOrDefault(tree.Root) ?? throw new RestoreException("the tree does not list its root", "it is no image of crstream's");
        births = processes.Values.ToDictionary(process => process.Pid, process => process.IsSessionLeader ? 0 : process.Session);
        makers = processes.Values.ToDictionary(process => process.Pid, process => process.Parent);
    }

    /// <summary>Finds out who makes each process, in which session it is born, and which leaders need a stand-in.</summary>
    /// <exception cref="DeniedException">A process has a session or a process group that it cannot get in this way.</exception>
    public static TreeState Resolve(TreeState tree)
    {
        var relations = new TreeRelations(tree);
        relations.Resolve();
        TreeTask Resolved(TreeTask task) => task.Tid != task.Pid ? task : task with { Maker = relations.makers[task.Pid], BirthSession = relations.births[task.Pid] };
        return tree with
        {
            Tasks = [.. tree.Tasks.Select(Resolved)],
            Zombies = [.. tree.Zombies.Select(zombie => zombie with { Task = Resolved(zombie.Task) })],
            StandIns = [.. relations.standIns.Values],
        };
    }

    /// <summary>Refuses a tree where a leader that is to have a stand-in lives: it is outside then.</summary>
    /// <param name="tree">The tree, resolved.</param>
    /// <param name="lives">Whether a task has an id.</param>
    public static void RequireGone(TreeState tree, Func<int, bool> lives)
    {
        foreach (var leader in tree.StandIns.Where(leader => lives(leader.Pid)))
        {
            var member = tree.All.First(process => process.Session == leader.Pid || process.ProcessGroup == leader.Pid);
            throw new DeniedException(
                $"process {member.Pid} belongs to {(member.Session == leader.Pid ? "session" : "process group")} {leader.Pid}, whose leader is outside the tree",
                "start it with setsid, or let its session be that of the restoring shell with --shell-job");
        }
    }

    private void Resolve()
    {
        foreach (var session in processes.Values.Where(process => !process.IsSessionLeader).Select(process => process.Session).Distinct().ToArray())
        {
            PlaceSession(session);
        }

        // A group that comes from outside is left to be the restorer's own.
        var outside = tree.ShellJob ? root.ProcessGroup : 0;
        foreach (var group in processes.Values.Select(process => process.ProcessGroup).Where(group => group != outside && !processes.ContainsKey(group) && !standIns.ContainsKey(group)).Distinct().ToArray())
        {
            PlaceGroup(group);
        }

        foreach (var pid in processes.Keys)
        {
            RequireMade(pid);
        }
    }

    /// <summary>Finds a maker for everybody who is born in a session that its parent does not end in.</summary>
    private void PlaceSession(int session)
    {
        var leader = processes.GetValueOrDefault(session);
        var isGone = leader is null && !(tree.ShellJob && session == root.Session);
        var home = leader?.Parent ?? (isGone && session == root.Session ? root.Parent : 0);
        while (true)
        {
            var strangers = processes.Values.Where(process => process.Pid != root.Pid && births[process.Pid] == session && processes[process.Parent].Session != session).ToArray();
            var parents = strangers.Select(process => process.Parent).Where(parent => parent != home && births[parent] != session).Distinct().ToArray();
            if (parents.Length == (isGone && home == 0 ? 1 : 0))
            {
                home = parents.Length == 1 ? parents[0] : home;
                MakeInside(session, leader, [.. strangers.Where(process => process.Parent == home && births[home] != session)], isGone);
                return;
            }

            // A session's leader has been in another one before, where its children from then are still.
            var mover = Array.FindLast(parents, parent => parent != root.Pid && processes[parent].IsSessionLeader && births[parent] == 0 && !IsAbove(parent, session));
            if (mover == 0)
            {
                var denied = strangers.First(process => process.Parent == parents[0]);
                throw new DeniedException(
                    $"process {denied.Pid} belongs to session {session}, which is not that of its parent {denied.Parent}, nor that of a sibling or of a leader that is gone: this cannot be restored yet");
            }

            births[mover] = session;
        }
    }

    /// <summary>Lets a session's leader, or its stand-in, make siblings.</summary>
    private void MakeInside(int session, TreeTask? leader, IReadOnlyList<TreeTask> members, bool isGone)
    {
        if (isGone && root.Session == session)
        {
            members = [root, .. members];
        }

        if (members.Count == 0)
        {
            return;
        }

        var maker = leader ?? (standIns[session] = new(session, session, members[0].Parent, session, session) { ExitSignal = members[0].ExitSignal });
        foreach (var member in members)
        {
            if (member.ExitSignal != maker.ExitSignal || member.PidNamespace != maker.PidNamespace || member.InnerIds.Count != maker.InnerIds.Count)
            {
                throw new DeniedException(
                    $"process {member.Pid} belongs to session {session}, which is not that of its parent, and differs in its pid namespace or its exit signal from who could make it there (clone(2), CLONE_PARENT): this cannot be restored yet");
            }

            makers[member.Pid] = session;
        }
    }

    /// <summary>Lets a process of its session make the stand-in of a group's leader.</summary>
    private void PlaceGroup(int group)
    {
        var members = processes.Values.Where(process => process.ProcessGroup == group).ToArray();
        if (Array.Find(members, member => group <= 0 || member.Session != members[0].Session || member.InnerIds.Count > 0 || member.IsSessionLeader) is { } denied)
        {
            throw new DeniedException(
                $"process {denied.Pid} belongs to process group {group}, whose leader is gone or outside the tree, and is in a pid namespace or session where no other can lead it: this cannot be restored yet");
        }

        var maker = processes.Values.First(process => process.Session == members[0].Session && process.InnerIds.Count == 0);
        standIns[group] = new(group, group, maker.Pid, group, maker.Session);
    }

    private bool IsAbove(int ancestor, int pid)
    {
        while (processes.TryGetValue(pid, out var process) && pid != ancestor)
        {
            pid = process.Parent;
        }

        return pid == ancestor;
    }

    private void RequireMade(int pid)
    {
        var at = pid;
        for (var steps = 0; at != root.Pid; steps++)
        {
            if (steps > processes.Count + standIns.Count)
            {
                throw new DeniedException($"process {pid} belongs to session {processes[pid].Session}, and would have to be made before one that has to be made before it: this cannot be restored yet");
            }

            at = makers.TryGetValue(at, out var maker) ? maker : standIns[at].Parent;
        }
    }
}
