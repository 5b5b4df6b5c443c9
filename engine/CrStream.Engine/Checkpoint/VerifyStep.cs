using System.Globalization;
using CrStream.Abstractions;
using CrStream.Engine.Files;
using CrStream.Linux.Files;
using CrStream.Linux.Kcmp;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Checkpoint;

/// <summary>
/// Holds what was found inside the tree against what the rest of the system holds. When it ends, no shared object is
/// held from outside, or the checkpoint has stopped with an error that names the holder.
/// </summary>
/// <remarks>
/// The second figure comes from a scan of all other processes with kcmp(2): whoever has the same open file description,
/// address space, descriptor table, working directory or signal actions is a leak.
/// </remarks>
internal static class VerifyStep
{
    private static readonly Kernel Kernel = new();

    private static readonly (KcmpType Type, string What)[] SharedByTasks =
    [
        (KcmpType.KCMP_VM, "address space"),
        (KcmpType.KCMP_FILES, "descriptor table"),
        (KcmpType.KCMP_FS, "working directory"),
        (KcmpType.KCMP_SIGHAND, "signal actions"),
    ];

    public static async Task<VerifiedGraph> RunAsync(ObjectGraph graph)
    {
        graph.Job.Report("verify");
        await Task.Run(() => Verify(graph));
        return new(graph);
    }

    private static void Verify(ObjectGraph graph)
    {
        var files = graph.Files.Where(file => !file.IsInherited).ToLookup(file => file.Link, StringComparer.Ordinal);
        var inside = graph.Tree.Processes.Select(process => process.Pid).Concat(graph.Tree.Zombies.Select(zombie => zombie.Pid)).ToHashSet();
        foreach (var pid in OtherProcesses(inside))
        {
            try
            {
                RequireNothingShared(graph, pid);
                RequireNoFileOf(graph, files, pid);
                RequireNoMappingOf(graph, pid);
            }
            catch (KernelException hidden) when (hidden.Error is ErrorNumber.ESRCH or ErrorNumber.ENOENT or ErrorNumber.EACCES)
            {
                // It ended, and holds nothing any more; or nobody may look into it, such as init on some machines.
            }
        }
    }

    private static IEnumerable<int> OtherProcesses(HashSet<int> inside)
    {
        foreach (var name in ProcFs.List("/proc"))
        {
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var other) && !inside.Contains(other))
            {
                yield return other;
            }
        }
    }

    private static void RequireNothingShared(ObjectGraph graph, int other)
    {
        foreach (var (task, (type, what)) in graph.Tree.Processes.SelectMany(process => SharedByTasks.Select(shared => (process.Leader, shared))))
        {
            if (IsSame(() => KernelComparison.Compare(type, task.Tid, other)))
            {
                throw new LeakException($"the {what} of process {task.Pid} is shared with process {other} ({new ProcTask(other).Comm()}), which is outside the tree", "checkpoint the tree that holds both");
            }
        }
    }

    private static void RequireNoFileOf(ObjectGraph graph, ILookup<string, CollectedFile> files, int other)
    {
        var proc = new ProcTask(other);
        foreach (var fd in proc.Fds())
        {
            if (other == System.Environment.ProcessId && fd > 2)
            {
                // What this process opened to look at; its own standard streams may be the tree's as well.
                continue;
            }

            var link = LinkOf(proc, fd);
            if (link is null)
            {
                continue;
            }

            if (graph.Context.PrivateLinks.TryGetValue(link, out var description))
            {
                throw new LeakException($"{description} is held from outside the tree as well, by process {other} ({proc.Comm()}) as fd {fd}", SupplyHint(graph, files[link].SelectMany(file => file.Descriptors)));
            }

            if (link.EndsWith(" (deleted)", StringComparison.Ordinal) && InodeOf(other, fd) is { } inode && graph.Context.PrivateInodes.TryGetValue(inode, out description))
            {
                throw new LeakException($"{description} is held from outside the tree as well, by process {other} ({proc.Comm()}) as fd {fd}", "close it there, or checkpoint the tree that holds both");
            }

            foreach (var file in files[link])
            {
                if (IsSame(() => KernelComparison.CompareFiles(file.Descriptors[0].Pid, file.Descriptors[0].Fd, other, fd)))
                {
                    throw new LeakException(
                        $"the open file description of fd {file.Descriptors[0].Fd} of {file.Descriptors[0].Pid} ({link}) is held from outside the tree as well, by process {other} ({proc.Comm()}) as fd {fd}",
                        SupplyHint(graph, file.Descriptors));
                }
            }
        }
    }

    private static void RequireNoMappingOf(ObjectGraph graph, int other)
    {
        if (graph.Context.PrivateInodes.Count == 0 || other == System.Environment.ProcessId)
        {
            return;
        }

        var proc = new ProcTask(other);
        foreach (var mapping in proc.Maps().Where(mapping => mapping.HasFile))
        {
            if (graph.Context.PrivateInodes.TryGetValue((DeviceNumber(mapping), mapping.Inode), out var description))
            {
                throw new LeakException(
                    $"{description} is mapped outside the tree as well, by process {other} ({proc.Comm()}) at 0x{mapping.Start:x}",
                    "checkpoint the tree that holds both");
            }
        }
    }

    /// <summary>As stat(2) has it; see makedev(3).</summary>
    private static ulong DeviceNumber(Mapping mapping) =>
        ((ulong)(mapping.DeviceMajor & 0xFFFFF000) << 32) | ((ulong)(mapping.DeviceMajor & 0xFFF) << 8) | ((ulong)(mapping.DeviceMinor & 0xFFFFFF00) << 12) | (mapping.DeviceMinor & 0xFF);

    private static string SupplyHint(ObjectGraph graph, IEnumerable<(int Pid, int Fd)> descriptors) =>
        $"close it there, or let it come from outside at the restore with {ExternalOptions.Advice(descriptors, graph.State.Root)}";

    /// <summary>What has no name is found by no name: its inode is asked for through the link.</summary>
    private static (ulong Device, ulong Inode)? InodeOf(int other, int fd) =>
        Kernel.Status($"/proc/{other}/fd/{fd}") is { } status ? (status.Device, status.Inode) : null;

    private static string? LinkOf(ProcTask proc, int fd)
    {
        try
        {
            return proc.FdLink(fd).ToString();
        }
        catch (KernelException hidden) when (hidden.Error is ErrorNumber.ENOENT or ErrorNumber.EACCES)
        {
            return null;
        }
    }

    private static bool IsSame(Func<int> compare)
    {
        try
        {
            return compare() == 0;
        }
        catch (KernelException failed) when (failed.Error is ErrorNumber.ESRCH or ErrorNumber.EBADF or ErrorNumber.EPERM)
        {
            // Gone meanwhile; or a process that nobody may look into, such as init on some machines.
            return false;
        }
    }
}
