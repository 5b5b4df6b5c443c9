using System.Globalization;
using CrStream.Abstractions;
using CrStream.Linux.Proc;

namespace CrStream.Engine.References;

/// <summary>Walks over the processes of this machine by /proc, and takes it that they end meanwhile.</summary>
internal static class OtherProcesses
{
    /// <summary>All that are not inside a tree.</summary>
    public static IEnumerable<int> Except(IReadOnlySet<int> inside)
    {
        foreach (var name in ProcFs.List("/proc"))
        {
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && !inside.Contains(pid))
            {
                yield return pid;
            }
        }
    }

    /// <summary>What an action gives, or nothing where the process ended, or nobody may look into it, as into init on some machines.</summary>
    public static T? IfVisible<T>(Func<T> look)
    {
        try
        {
            return look();
        }
        catch (KernelException hidden) when (hidden.Error is ErrorNumber.ESRCH or ErrorNumber.ENOENT or ErrorNumber.EACCES or ErrorNumber.EPERM or ErrorNumber.EBADF)
        {
            return default;
        }
    }

    /// <summary>
    /// The descriptors of a process with where they lead; of this one only the standard streams, which may be the tree's
    /// as well: the others it opened to look.
    /// </summary>
    public static IEnumerable<(int Fd, string Link)> Descriptors(ProcTask proc)
    {
        foreach (var fd in IfVisible(proc.Fds) ?? [])
        {
            if (proc.Pid == System.Environment.ProcessId && fd > 2)
            {
                continue;
            }

            if (IfVisible(() => proc.FdLink(fd).ToString()) is { } link)
            {
                yield return (fd, link);
            }
        }
    }
}
