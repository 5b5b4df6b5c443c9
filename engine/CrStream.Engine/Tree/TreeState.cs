using CrStream.Abstractions;
using CrStream.Engine.References;

namespace CrStream.Engine.Tree;

/// <summary>The image's first object: which tasks there are, and the relations that only numbers can tell.</summary>
/// <param name="Root">The process id of the tree's root.</param>
/// <param name="ShellJob">Whether the session may come from outside.</param>
/// <param name="Tasks">Every task; the threads of a process follow one another, and a process follows its parent.</param>
/// <param name="Zombies">Processes that have ended and are still to be waited for.</param>
internal sealed record TreeState(int Root, bool ShellJob, IReadOnlyList<TreeTask> Tasks, IReadOnlyList<ZombieState> Zombies)
{
    /// <summary>What tasks share otherwise than processes and threads usually do. Empty as a rule.</summary>
    public IReadOnlyList<SharedGroup> Shared { get; init; } = [];

    /// <summary>What is held from outside as well, which the user allowed; for whoever looks into the image.</summary>
    public IReadOnlyList<Leak> Leaks { get; init; } = [];

    /// <summary>
    /// Leaders of sessions and process groups that are gone. At the restore they are made for a while, until the groups
    /// are set. Not in the image.
    /// </summary>
    public IReadOnlyList<TreeTask> StandIns { get; init; } = [];

    /// <summary>The leader who makes the root, where that one's session has lost it; else null.</summary>
    public TreeTask? RootMaker => StandIns.FirstOrDefault(leader => leader.Pid == Processes.First(process => process.Pid == Root).Maker);

    /// <summary>All whom the root makes, or whom these make, and itself.</summary>
    public IEnumerable<TreeTask> Made => All.Concat(StandIns.Where(leader => leader != RootMaker));

    /// <summary>The leaders of the thread groups.</summary>
    public IEnumerable<TreeTask> Processes => Tasks.Where(task => task.Tid == task.Pid);

    /// <summary>The leaders of the thread groups, and the processes that have ended.</summary>
    public IEnumerable<TreeTask> All => Processes.Concat(Zombies.Select(zombie => zombie.Task));

    public Fields ToFields() => new()
    {
        ["root"] = Root,
        ["shell_job"] = ShellJob,
        ["tasks"] = Value.Array(Tasks.Select(task => task.ToFields())),
        ["zombies"] = Value.Array(Zombies.Select(zombie => zombie.ToFields())),
        ["shared"] = Value.Array(Shared.Select(group => group.ToFields())),
        ["leaks"] = Value.Array(Leaks.Select(leak => leak.ToFields())),
    };

    public static TreeState From(Fields fields) => new(fields.Int32("root"), fields.Boolean("shell_job"), [.. fields.Maps("tasks").Select(TreeTask.From)], [.. fields.Maps("zombies").Select(ZombieState.From)])
    {
        Shared = [.. fields.Maps("shared").Select(SharedGroup.From)],
    };
}
