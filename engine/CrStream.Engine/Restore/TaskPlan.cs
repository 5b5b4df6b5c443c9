using CrStream.Abstractions;
using CrStream.Engine.Tasks;

namespace CrStream.Engine.Restore;

/// <summary>A task of the image, with the ids of what it shares with others.</summary>
internal sealed record TaskPlan(TaskState State, ulong Mm, ulong Files, ulong Fs, ulong SigHand, ulong ThreadGroup)
{
    public static TaskPlan From(Fields fields) => new(
        TaskState.From(fields), fields.Reference("mm"), fields.Reference("files"), fields.Reference("fs"), fields.Reference("sighand"), fields.Reference("thread_group"));

    /// <summary>What it may share with others, by the names of <see cref="Tree.SharedPart"/>.</summary>
    public IEnumerable<(string Part, ulong Id)> Pieces => [("mm", Mm), ("files", Files), ("fs", Fs), ("sighand", SigHand)];
}
