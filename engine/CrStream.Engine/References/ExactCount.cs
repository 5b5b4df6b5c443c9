using CrStream.Abstractions;
using CrStream.Engine.Checkpoint;
using CrStream.Engine.Files;
using CrStream.Linux.Bpf;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.References;

/// <summary>
/// Finds leaks by the kernel's own reference counts. As long as all match, nobody outside holds anything, and the rest of
/// the system need not be looked at: what this costs depends on the tree alone.
/// </summary>
internal sealed class ExactCount(ObjectGraph graph, KernelRecords records)
{
    // A look at /proc/PID/fd, as by lsof(8), holds what it looks at for a moment. A leak stays.
    private const int Looks = 4;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly HashSet<int> pids = graph.Pids;
    private readonly HashSet<(ulong, ulong)> counted = [.. graph.Files.LookedAt.Where(looked => IsCounted(looked.Status)).Select(looked => (looked.Status.Device, looked.Status.Inode))];
    private readonly CollectedFile[] files = [.. graph.Files.Files.Where(file => !file.IsInherited)];

    public IReadOnlyList<Leak> FindLeaks() => [.. CountedLeaks(), .. new ComparedCount(graph).PrivateObjects(link => !IsCounted(link), inode => !counted.Contains(inode))];

    /// <summary>What the kernel counts: the ends of a pipe, and the open files of memory, which nothing is stacked on.</summary>
    private static bool IsCounted(FileStatus status) => status.IsFifo || status is { Links: 0, FileSystem: FileSystemMagic.TMPFS_MAGIC };

    private static bool IsCounted(string link) => LeakKind.OfLink(link) == LeakKind.Pipe;

    private IReadOnlyList<Leak> CountedLeaks()
    {
        if (Mismatches(KernelLook.At(records, pids), records.Files.ReadFiles(System.Environment.ProcessId)).Count == 0)
        {
            return [];
        }

        for (var look = 1; ; look++)
        {
            var all = KernelLook.AtAll(records);
            var own = Own(all.Files);
            var leaks = Mismatches(all, own).Select(mismatch => (Mismatch: mismatch, Holders: Holders.Of(mismatch, all, pids, own))).ToArray();
            if (look == Looks || leaks.All(leak => leak.Holders.Count > 0))
            {
                return [.. leaks.Select(leak => ToLeak(leak.Mismatch, leak.Holders))];
            }

            Thread.Sleep(BetweenLooks);
        }
    }

    private List<Mismatch> Mismatches(KernelLook look, IReadOnlyList<KernelFile> ownFiles)
    {
        var own = Own(ownFiles);
        var byDescriptor = ownFiles.Where(file => file.Tgid == System.Environment.ProcessId).ToDictionary(file => file.Fd);
        var view = new TreeView(look, pids, own, graph.Context.Held.Select(handle => byDescriptor[NumberOf(handle)].File));
        var count = new ReferenceCount(view, look);
        return [.. count.Tasks(), .. count.OpenFiles(files), .. count.PrivateObjects(PrivateObjects(count, view, byDescriptor))];
    }

    /// <summary>
    /// The descriptors of this process by which it looks at the tree: it opens all of its own so that execve(2) closes
    /// them, while one that it got from a shell is a leak like any other.
    /// </summary>
    private KernelFile[] Own(IEnumerable<KernelFile> all) => [.. all.Where(file => file.Tgid == System.Environment.ProcessId && IsCloseOnExec(file.Fd))];

    private bool IsCloseOnExec(int fd)
    {
        using var borrowed = new SafeFileHandle(fd, ownsHandle: false);
        return OtherProcesses.IfVisible(() => graph.Context.Kernel.Control(borrowed, FileControl.F_GETFD)) == FileControl.FD_CLOEXEC;
    }

    private IEnumerable<PrivateObject> PrivateObjects(ReferenceCount count, TreeView view, Dictionary<int, KernelFile> own)
    {
        foreach (var group in files.Where(file => IsCounted(file.Link) && graph.Context.PrivateLinks.ContainsKey(file.Link)).GroupBy(file => file.Link))
        {
            yield return new(LeakKind.Pipe, graph.Context.PrivateLinks[group.Key], count.Find(group.First()).Inode, false, group.Key, [.. group.SelectMany(file => file.Descriptors)]);
        }

        var segments = Segments(view);
        foreach (var looked in graph.Files.LookedAt.Where(looked => IsCounted(looked.Status)).DistinctBy(looked => (looked.Status.Device, looked.Status.Inode)))
        {
            if (graph.Context.PrivateInodes.TryGetValue((looked.Status.Device, looked.Status.Inode), out var description) && own.TryGetValue(looked.OwnDescriptor, out var kernel))
            {
                yield return new(LeakKind.OfFile(looked.Link, looked.Status), description, kernel.Inode, segments.Contains(kernel.Inode.Address), null, []);
            }
        }
    }

    /// <summary>The inodes of System V segments, known by the name of a mapping (ipc/shm.c, newseg()).</summary>
    private HashSet<ulong> Segments(TreeView view)
    {
        var mappings = graph.Tree.Processes.SelectMany(process => process.Mappings.Where(SharedSegments.Is).Select(mapping => (process.Pid, mapping.Start))).ToHashSet();
        return [.. view.Mappings.Where(mapping => mappings.Contains((mapping.Tgid, mapping.Start))).Select(mapping => mapping.Inode.Address)];
    }

    private Leak ToLeak(Mismatch mismatch, IReadOnlyList<(int Pid, string How)> holders) => new(
        mismatch.Kind,
        $"{mismatch.Figures}; {(holders.Count > 0 ? Holders.Name(holders) : KernelHolders.Name(mismatch.Link))}",
        Advice.For(mismatch.Kind, mismatch.Descriptors, graph.State.Root));

    private static int NumberOf(SafeFileHandle handle) => (int)handle.DangerousGetHandle();
}
