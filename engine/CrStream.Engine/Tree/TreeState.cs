using CrStream.Abstractions;

namespace CrStream.Engine.Tree;

/// <summary>The image's first object: which tasks there are, and the relations that only numbers can tell.</summary>
/// <param name="Root">The process id of the tree's root.</param>
/// <param name="ShellJob">Whether the session may come from outside.</param>
/// <param name="Tasks">Every task.</param>
internal sealed record TreeState(int Root, bool ShellJob, IReadOnlyList<TreeTask> Tasks)
{
    public Fields ToFields() => new()
    {
        ["root"] = Root,
        ["shell_job"] = ShellJob,
        ["tasks"] = Value.Array(Tasks.Select(task => task.ToFields())),
    };

    public static TreeState From(Fields fields) => new(fields.Int32("root"), fields.Boolean("shell_job"), [.. fields.Maps("tasks").Select(TreeTask.From)]);
}
