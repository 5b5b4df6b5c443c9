using CrStream.Abstractions;
using CrStream.Linux.Processes;

namespace CrStream.Engine.Tree;

/// <summary>
/// In which steps the tasks of a tree are made, so that each has its parent and its session, and shares with others what
/// it shared. Pure.
/// </summary>
/// <remarks>
/// A piece can only be handed down, from a maker to whom it makes. So a group of tasks that share one is handed down
/// along all ways between them, also through a task that is not of the group: that one gives it away by unshare(2) when
/// it has handed it on. A task thus has a sequence of pieces of each kind, its own last, and makes each child while it
/// has what the child needs. Sessions are handed down in the same way, and left by setsid(2).
/// </remarks>
internal sealed class CreationPlan
{
    private static readonly int PartCount = SharedPart.All.Count;

    private readonly List<CreationStep> steps = [];

    private CreationPlan()
    {
    }

    /// <summary>The steps behind the making of the root.</summary>
    /// <exception cref="DeniedException">Tasks share something that cannot be handed down in this way.</exception>
    public static IReadOnlyList<CreationStep> Of(TreeState tree)
    {
        var plan = new CreationPlan();
        var root = Node.Link(tree);
        HandDown(root, tree.Shared);
        plan.Make(root);
        return plan.steps;
    }

    /// <summary>Whether a thread is made with its process: it has something that is not its process's. All others come later, alike.</summary>
    public static bool IsMadeEarly(TreeState tree, TreeTask thread) =>
        thread.Tid != thread.Pid && tree.Shared.Any(group => group.Tasks.Contains(thread.Tid) && (!group.Part.IsSharedByThreads || !group.Tasks.Contains(thread.Pid)));

    /// <summary>Finds out, from the leaves up, which group each task must have from its maker.</summary>
    private static void HandDown(Node root, IReadOnlyList<SharedGroup> groups)
    {
        var all = root.WithDescendants().ToArray();
        foreach (var part in Enumerable.Range(0, PartCount))
        {
            var numbers = new Dictionary<int, int>();
            foreach (var (group, number) in groups.Where(group => group.Part == SharedPart.All[part]).Select((group, index) => (group, index + 1)))
            {
                group.Tasks.ToList().ForEach(task => numbers[task] = number);
            }

            Array.ForEach(all, node => node.Own[part] = numbers.GetValueOrDefault(node.Task.Tid, SharedPart.All[part].IsSharedByThreads ? -node.Task.Pid : -node.Task.Tid));
            var sizes = all.GroupBy(node => node.Own[part]).ToDictionary(group => group.Key, group => group.Count());
            foreach (var node in Enumerable.Reverse(all))
            {
                HandDown(node, part, sizes);
            }
        }
    }

    /// <summary>A group that has members both below a task and elsewhere passes through it.</summary>
    private static void HandDown(Node node, int part, Dictionary<int, int> sizes)
    {
        var seen = new Dictionary<int, int> { [node.Own[part]] = 1 };
        foreach (var child in node.Children.Where(child => child.Given[part] != 0))
        {
            seen[child.Given[part]] = seen.GetValueOrDefault(child.Given[part]) + child.Members[part];
        }

        var passing = seen.Where(group => group.Value < sizes[group.Key]).ToArray();
        if (passing.Length > 0)
        {
            (node.Given[part], node.Members[part]) = (passing[0].Key, passing[0].Value);
        }

        var piece = SharedPart.All[part];
        var others = seen.Keys.Any(group => group != node.Own[part]);
        if (passing.Length > 1 || (others && (!piece.CanBeUnshared || node.Given[part] == node.Own[part])))
        {
            throw new DeniedException(
                $"tasks made by task {node.Task.Tid} of process {node.Task.Pid} share the {piece.What} with others, and it does not in the same way (clone(2), unshare(2)): this cannot be restored yet",
                "let the program use threads or fork instead");
        }
    }

    private void Make(Node node)
    {
        var stages = Enumerable.Range(0, PartCount).Select(node.Stages).Append(node.SessionStages).ToArray();
        var now = new int[stages.Length];
        bool Needs(Node child, int kind) => child.Needs(kind) is var need && need != 0 && need == stages[kind][now[kind]];
        bool IsReady(Node child) => Enumerable.Range(0, stages.Length).All(kind => child.Needs(kind) == 0 || Needs(child, kind));
        var waiting = node.Children;
        while (true)
        {
            var left = new List<Node>();
            foreach (var child in waiting)
            {
                if (IsReady(child))
                {
                    steps.Add(new(child.Task.Tid == child.Task.Pid ? CreationAct.Process : CreationAct.Thread, child.Task, node.Task.Tid, child.Flags));
                    Make(child);
                }
                else
                {
                    left.Add(child);
                }
            }

            waiting = left;
            var next = Array.FindIndex([.. stages.Select((sequence, kind) => now[kind] + 1 < sequence.Count && !waiting.Exists(child => Needs(child, kind)))], ready => ready);
            if (next < 0)
            {
                break;
            }

            now[next]++;
            steps.Add(next == PartCount
                ? new(CreationAct.Session, node.Task, node.Task.Tid, CloneFlags.None)
                : new(CreationAct.Unshare, node.Task, node.Task.Tid, SharedPart.All[next].Flag));
        }

        if (waiting.Count > 0)
        {
            throw new DeniedException(
                $"the children of process {node.Task.Pid} share with it, and with each other, what it cannot hand down one after the other (clone(2), unshare(2)): this cannot be restored yet",
                "let the program use threads or fork instead");
        }
    }

    /// <summary>A task that is made in a step: a process's first, or a thread that has something of its own.</summary>
    private sealed class Node(TreeTask task)
    {
        private const int BeforeSession = 1;
        private const int InSession = 2;

        private Node? maker;

        public TreeTask Task => task;

        public List<Node> Children { get; } = [];

        /// <summary>Of each part, the number of its own group.</summary>
        public int[] Own { get; } = new int[PartCount];

        /// <summary>Of each part, the group that its maker must have when it makes it, 0 for any.</summary>
        public int[] Given { get; } = new int[PartCount];

        /// <summary>How many members of that group are here and below.</summary>
        public int[] Members { get; } = new int[PartCount];

        public CloneFlags Flags => Enumerable.Range(0, PartCount).Where(part => Given[part] != 0).Aggregate(task.Maker == task.Parent ? CloneFlags.None : CloneFlags.CLONE_PARENT, (flags, part) => flags | SharedPart.All[part].Flag);

        /// <summary>The sessions that it has one after the other.</summary>
        public List<int> SessionStages => task.IsSessionLeader && task.Tid == task.Pid ? [BeforeSession, InSession] : [InSession];

        private void Add(Node child)
        {
            Children.Add(child);
            child.maker = this;
        }

        public static Node Link(TreeState tree)
        {
            var processes = new Dictionary<int, Node>();
            foreach (var task in tree.Made)
            {
                if (!processes.TryAdd(task.Pid, new(task)))
                {
                    throw new RestoreException($"the tree lists process {task.Pid} twice", "it is no image of crstream's");
                }
            }

            // A maker may come later in the list than whom it makes, which is its sibling then.
            foreach (var node in processes.Values.Where(node => node.Task.Pid != tree.Root))
            {
                (processes.GetValueOrDefault(node.Task.Maker) ?? throw new RestoreException($"the tree does not list who made process {node.Task.Pid}", "it is no image of crstream's")).Add(node);
            }

            foreach (var thread in tree.Tasks.Where(task => IsMadeEarly(tree, task)))
            {
                processes[thread.Pid].Add(new(thread));
            }

            return processes.GetValueOrDefault(tree.Root) ?? throw new RestoreException("the tree does not list its root", "it is no image of crstream's");
        }

        /// <summary>The groups of a part that it has one after the other.</summary>
        public List<int> Stages(int part) =>
            [.. Children.Select(child => child.Given[part]).Where(group => group != 0).Prepend(Given[part] == 0 ? Own[part] : Given[part]).Append(Own[part]).Distinct()
                .OrderBy(group => group == Given[part] ? 0 : group == Own[part] ? 2 : 1)];

        /// <summary>The stage of its maker in which it must be made, 0 for any.</summary>
        public int Needs(int kind) =>
            kind < PartCount ? Given[kind]
            : task.Tid != task.Pid || maker is null ? 0
            : maker.SessionStages.Count == 1 ? 0
            : (task.IsSessionLeader ? task.BirthSession : task.Session) is var birth && birth != 0 && birth != maker.Task.Pid ? BeforeSession : InSession;

        public IEnumerable<Node> WithDescendants() => Children.SelectMany(child => child.WithDescendants()).Prepend(this);
    }
}
