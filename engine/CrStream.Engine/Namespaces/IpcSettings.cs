namespace CrStream.Engine.Namespaces;

/// <summary>The settings that each ipc namespace has of its own (ipc_namespaces(7)), as files below /proc/sys.</summary>
internal static class IpcSettings
{
    /// <summary>Their names.</summary>
    public static readonly string[] Names =
    [
        "kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/sem", "kernel/shmall", "kernel/shmmax", "kernel/shmmni", "kernel/shm_rmid_forced",
        "fs/mqueue/msg_default", "fs/mqueue/msg_max", "fs/mqueue/msgsize_default", "fs/mqueue/msgsize_max", "fs/mqueue/queues_max",
    ];
}
