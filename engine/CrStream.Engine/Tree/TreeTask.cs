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
    /// <summary>The pid namespace that the whole image is written in: the checkpointer's.</summary>
    public const int OuterNamespace = 0;

    /// <summary>A pid namespace in which there is no process yet.</summary>
    public const int EmptyNamespace = -1;

    /// <summary>A pid namespace around the tree, whose init is no part of it. It is the root's.</summary>
    public const int SurroundingNamespace = -2;

    private const int SIGCHLD = 17;

    private readonly int maker;

    /// <summary>The signal that the parent gets when the process ends; 0 for none.</summary>
    public int ExitSignal { get; init; } = SIGCHLD;

    /// <summary>The process as whose copy, memory included, this one is born; 0 where its memory begins empty.</summary>
    public int CopyOf { get; init; }

    /// <summary>Its ids in the pid namespaces of the tree's own that it is in, from the outermost to its own.</summary>
    public IReadOnlyList<int> InnerIds { get; init; } = [];

    /// <summary>Its pid namespace: the id of that one's init, or <see cref="OuterNamespace"/> or <see cref="SurroundingNamespace"/>.</summary>
    public int PidNamespace { get; init; }

    /// <summary>The pid namespace that its children will be in (unshare(2), setns(2)); mostly its own.</summary>
    public int PidNamespaceForChildren { get; init; }

    /// <summary>Who makes it at the restore: its parent or, with CLONE_PARENT, a sibling. Not in the image.</summary>
    public int Maker
    {
        get => maker == 0 ? Parent : maker;
        init => maker = value;
    }

    /// <summary>The session in which a leader of another one is made at the restore, 0 for any. Not in the image.</summary>
    public int BirthSession { get; init; }

    /// <summary>Whether it leads its session.</summary>
    public bool IsSessionLeader => Session == Pid;

    /// <summary>All its ids, from the outermost namespace to its own.</summary>
    public IReadOnlyList<int> Ids => [Tid, .. InnerIds];

    /// <summary>Whether it is the first process of a pid namespace of the tree's own.</summary>
    public bool IsInit => PidNamespace == Tid;

    public Fields ToFields() => new Fields
    {
        ["tid"] = Tid,
        ["pid"] = Pid,
        ["parent"] = Parent,
        ["process_group"] = ProcessGroup,
        ["session"] = Session,
        ["exit_signal"] = ExitSignal,
    }
    .AddIfAny("copy_of", CopyOf == 0 ? null : (Value)CopyOf)
    .AddIfAny("inner_ids", InnerIds.Count == 0 ? null : Value.Array(InnerIds.Select(id => (Value)id)))
    .AddIfAny("pid_namespace", PidNamespace == OuterNamespace ? null : (Value)PidNamespace)
    .AddIfAny("pid_namespace_for_children", PidNamespaceForChildren == PidNamespace ? null : (Value)PidNamespaceForChildren);

    public static TreeTask From(Fields fields)
    {
        var pidNamespace = fields.Find("pid_namespace") is null ? OuterNamespace : fields.Int32("pid_namespace");
        return new(Positive(fields.Int32("tid"), "tid"), Positive(fields.Int32("pid"), "pid"), fields.Int32("parent"), fields.Int32("process_group"), fields.Int32("session"))
        {
            ExitSignal = fields.Int32("exit_signal"),
            CopyOf = fields.Find("copy_of") is null ? 0 : Positive(fields.Int32("copy_of"), "copy_of"),
            InnerIds = fields.Find("inner_ids") is null ? [] : [.. fields.Array("inner_ids").Select(id => Positive(id.AsInt32(), "inner_ids"))],
            PidNamespace = pidNamespace,
            PidNamespaceForChildren = fields.Find("pid_namespace_for_children") is null ? pidNamespace : fields.Int32("pid_namespace_for_children"),
        };
    }

    private static int Positive(int id, string key) => id > 0 ? id : throw new FieldException(key, "is no task id");
}
