using CrStream.Abstractions;

namespace CrStream.SystemV;

/// <summary>One of the three kinds of System V objects (sysvipc(7)).</summary>
/// <param name="Word">What errors call it.</param>
/// <param name="Short">What the option calls it.</param>
/// <param name="IdColumn">The column of its id in its table.</param>
/// <param name="Control">The call that looks at it and removes it.</param>
internal sealed record SysvKind(string Word, string Short, string IdColumn, SystemCall Control)
{
    internal const int IPC_RMID = 0;
    internal const int IPC_SET = 1;
    internal const int IPC_STAT = 2;

    /// <summary>The option that names objects which belong to the tree though nobody of it used them last: KIND:ID, or all.</summary>
    internal const string Option = "sysv-ipc";

    internal static readonly SysvKind Segment = new("shared memory segment", "shm", "shmid", SystemCall.shmctl);
    internal static readonly SysvKind Semaphores = new("semaphore set", "sem", "semid", SystemCall.semctl);
    internal static readonly SysvKind Queue = new("message queue", "msg", "msqid", SystemCall.msgctl);

    internal string NextId => $"/proc/sys/kernel/{Short}_next_id";

    internal string RemoveHint(int id) => $"ipcrm {(Short == "sem" ? "-s" : Short == "shm" ? "-m" : "-q")} {id} removes it";

    /// <summary>All objects of the kind in this process's ipc namespace.</summary>
    internal IReadOnlyList<SysvRow> Rows() => SysvRow.Parse(File.ReadAllText($"/proc/sysvipc/{Short}"), IdColumn);

    /// <summary>Whether the user says that an object belongs to the tree.</summary>
    internal bool IsNamed(int id, ISettings settings) => settings.All(Option).Any(value => value == "all" || value == $"{Short}:{id}");

    /// <summary>Appends a control call on an object: semctl(2) has one more argument than the others.</summary>
    internal void AppendControl(SyscallProgram program, long id, int command, SyscallArgument argument)
    {
        if (Control == SystemCall.semctl)
        {
            program.Call(Control, id, 0, command, argument);
        }
        else
        {
            program.Call(Control, id, command, argument);
        }
    }
}
