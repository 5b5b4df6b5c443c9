using CrStream.Abstractions;

namespace CrStream.Engine.Tree;

/// <summary>One task as the tree object lists it.</summary>
/// <param name="Tid">Its id.</param>
/// <param name="Pid">Its thread group's id.</param>
/// <param name="Parent">The parent's process id.</param>
/// <param name="ProcessGroup">The process group's id.</param>
/// <param name="Session">The session's id.</param>
internal sealed record TreeTask(int Tid, int Pid, int Parent, int ProcessGroup, int Session)
{
    private const int SIGCHLD = 17;

    /// <summary>The signal that the parent gets when the process ends; 0 for none.</summary>
    public int ExitSignal { get; init; } = SIGCHLD;

    /// <summary>The process as whose copy, memory included, this one is born; 0 where its memory begins empty.</summary>
    public int CopyOf { get; init; }

    public Fields ToFields() => new Fields
    {
        ["tid"] = Tid,
        ["pid"] = Pid,
        ["parent"] = Parent,
        ["process_group"] = ProcessGroup,
        ["session"] = Session,
        ["exit_signal"] = ExitSignal,
    }.AddIfAny("copy_of", CopyOf == 0 ? null : (Value)CopyOf);

    public static TreeTask From(Fields fields) =>
        new(Positive(fields, "tid"), Positive(fields, "pid"), fields.Int32("parent"), fields.Int32("process_group"), fields.Int32("session"))
        {
            ExitSignal = fields.Int32("exit_signal"),
            CopyOf = fields.Find("copy_of") is null ? 0 : Positive(fields, "copy_of"),
        };

    private static int Positive(Fields fields, string key) => fields.Int32(key) is > 0 and var id ? id : throw new FieldException(key, "is no task id");
}
