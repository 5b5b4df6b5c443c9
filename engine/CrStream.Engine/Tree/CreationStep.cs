using CrStream.Linux.Processes;

namespace CrStream.Engine.Tree;

/// <summary>What a step does.</summary>
internal enum CreationAct
{
    /// <summary>Makes a process, a child of the maker's.</summary>
    Process,

    /// <summary>Makes a thread of the maker's process.</summary>
    Thread,

    /// <summary>Gives a task pieces of its own.</summary>
    Unshare,

    /// <summary>Makes a process the leader of a new session.</summary>
    Session,
}

/// <summary>One step in which tasks come into being.</summary>
/// <param name="Act">What.</param>
/// <param name="Task">The task that is made, or that does something to itself.</param>
/// <param name="Maker">The first thread of the process that makes it; the task itself where none is made.</param>
/// <param name="Flags">The pieces that the new task shares with its maker, or that the task unshares.</param>
internal readonly record struct CreationStep(CreationAct Act, TreeTask Task, int Maker, CloneFlags Flags);
