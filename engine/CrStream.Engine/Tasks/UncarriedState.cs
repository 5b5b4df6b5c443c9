using CrStream.Abstractions;
using CrStream.Linux.Acting;
using CrStream.Linux.Bpf;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Tasks;

/// <summary>State of a task that this version does not carry: where it is not the default, the checkpoint is denied by name.</summary>
internal static class UncarriedState
{
    // What prctl(2) calls it, the request that reads it, its default, and whether it is stored at an address.
    private static readonly (string Name, int Request, uint Default, bool Stored)[] Settings =
    [
        ("PR_SET_TSC", 25, 1, true),
        ("PR_MCE_KILL", 34, 2, false),
        ("PR_SET_IO_FLUSHER", 58, 0, false),
        ("PR_SET_MDWE", 66, 0, false),
        ("PR_SET_MEMORY_MERGE", 68, 0, false),
    ];

    private static readonly string[] Namespaces = ["cgroup", "mnt", "net", "user"];

    /// <summary>Appends the calls that read the settings; the action judges the outcome.</summary>
    /// <remarks>A setting that this kernel does not know cannot have been changed.</remarks>
    public static Action<SyscallOutcome> Ask(SyscallProgram program, FrozenTask task)
    {
        var asked = Settings.Select(setting =>
        {
            var buffer = program.Reserve(8);
            SyscallArgument address = setting.Stored ? buffer : 0;
            return (setting, buffer, result: program.Try(SystemCall.prctl, setting.Request, address, 0, 0, 0));
        }).ToArray();
        return outcome =>
        {
            foreach (var (setting, buffer, result) in asked.Where(entry => outcome[entry.result] >= 0))
            {
                var value = setting.Stored ? outcome.UInt32(buffer) : (uint)outcome[result];
                if (value != setting.Default)
                {
                    throw new DeniedException($"task {task.Tid} of process {task.Pid} has {setting.Name} set to {value}, which cannot be carried yet", "start the program without that setting");
                }
            }
        };
    }

    /// <summary>Refuses tasks with filters of system calls, with namespaces other than this process's, and on a terminal.</summary>
    public static void Require(FrozenTask task)
    {
        if (task.Status.Seccomp is > 0)
        {
            throw new DeniedException(
                $"task {task.Tid} of process {task.Pid} has seccomp {(task.Status.Seccomp == 1 ? "strict mode" : "filters")}, which cannot be carried yet",
                "start the program without its sandbox");
        }

        foreach (var name in Namespaces)
        {
            if (Namespace($"{task.Proc.Directory}/ns/{name}") is { } own && Namespace($"/proc/self/ns/{name}") is { } ours && !own.Equals(ours))
            {
                throw new DeniedException(
                    $"task {task.Tid} of process {task.Pid} has a {name} namespace of its own ({own}), which cannot be carried yet", $"run crstream inside it: nsenter --target {task.Pid} --all crstream checkpoint ...");
            }
        }
    }

    /// <summary>Refuses tasks at whose end semaphores change: the list of what is to be undone is not carried, but only who shares it.</summary>
    public static void RequireNoUndo(FrozenTask task, KernelTask? kernel)
    {
        if (kernel is { HasUndo: true })
        {
            throw new DeniedException(
                $"task {task.Tid} of process {task.Pid} has System V semaphore adjustments to undo at its end (SEM_UNDO), which cannot be carried yet", "let the program use semaphores without SEM_UNDO, or remove them (ipcrm)");
        }
    }

    private static KernelText? Namespace(string path)
    {
        try
        {
            return ProcFs.ReadLink(path);
        }
        catch (KernelException missing) when (missing.Error == ErrorNumber.ENOENT)
        {
            return null;
        }
    }
}
