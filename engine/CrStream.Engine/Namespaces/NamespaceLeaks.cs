using System.Globalization;
using CrStream.Abstractions;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Namespaces;

/// <summary>Refuses namespaces of the tree that somebody outside has as well: a task, a descriptor or a mount would keep the old one.</summary>
internal static class NamespaceLeaks
{
    /// <summary>Looks through all other tasks, and at the mounts that this process sees.</summary>
    /// <param name="links">The namespaces, as links of /proc/PID/ns say.</param>
    /// <param name="inside">The tree's processes.</param>
    /// <exception cref="LeakException">One is held outside.</exception>
    public static void Require(IReadOnlySet<string> links, IReadOnlySet<int> inside)
    {
        if (links.Count == 0)
        {
            return;
        }

        foreach (var mount in File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(" - nsfs ", StringComparison.Ordinal)))
        {
            // The fourth field is what is mounted, the fifth where (proc_pid_mountinfo(5)).
            if (mount.Split(' ') is [_, _, _, var what, var where, ..] && links.Contains(what))
            {
                throw new LeakException($"the namespace {what} of the tree is held from outside the tree as well, by the mount at {where}", $"unmount it: umount {where}");
            }
        }

        foreach (var pid in ProcFs.List("/proc").Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0))
        {
            if (pid != 0 && pid != System.Environment.ProcessId && !inside.Contains(pid) && Find(pid, links) is var (held, how))
            {
                throw new LeakException($"the namespace {held} of the tree is held from outside the tree as well, by process {pid} ({new ProcTask(pid).Comm()}) {how}", "checkpoint the tree that holds both");
            }
        }
    }

    private static (string Held, string How)? Find(int pid, IReadOnlySet<string> links)
    {
        try
        {
            var proc = new ProcTask(pid);
            foreach (var directory in proc.Tids().Select(tid => $"/proc/{pid}/task/{tid}/ns"))
            {
                if (ProcFs.List(directory).Select(name => LinkOf($"{directory}/{name}")).FirstOrDefault(link => link is not null && links.Contains(link)) is { } held)
                {
                    return (held, "which is in it");
                }
            }

            foreach (var fd in proc.Fds())
            {
                if (LinkOf(proc.FdPath(fd)) is { } held && links.Contains(held))
                {
                    return (held, $"as fd {fd}");
                }
            }
        }
        catch (KernelException hidden) when (hidden.Error is ErrorNumber.ESRCH or ErrorNumber.ENOENT or ErrorNumber.EACCES or ErrorNumber.EPERM)
        {
            // It ended, or nobody may look into it, such as init on some machines.
        }

        return null;
    }

    private static string? LinkOf(string path)
    {
        try
        {
            return ProcFs.ReadLink(path).ToString();
        }
        catch (KernelException hidden) when (hidden.Error is ErrorNumber.ENOENT or ErrorNumber.EACCES)
        {
            return null;
        }
    }
}
