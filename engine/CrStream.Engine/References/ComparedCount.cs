using CrStream.Engine.Checkpoint;
using CrStream.Engine.Files;
using CrStream.Linux.Kcmp;
using CrStream.Linux.Proc;

namespace CrStream.Engine.References;

/// <summary>
/// Finds leaks where the kernel's counts cannot be read: by a comparison with every other process, by kcmp(2), by links
/// and by inodes. What no process holds, such as a file in flight, it does not see.
/// </summary>
internal sealed class ComparedCount(ObjectGraph graph)
{
    private static readonly (KcmpType Type, string Kind, string What)[] SharedByTasks =
    [
        (KcmpType.KCMP_VM, LeakKind.Mm, "address space"),
        (KcmpType.KCMP_FILES, LeakKind.Files, "descriptor table"),
        (KcmpType.KCMP_FS, LeakKind.Fs, "working directory"),
        (KcmpType.KCMP_SIGHAND, LeakKind.SigHand, "table of signal actions"),
    ];

    private readonly int[] others = [.. OtherProcesses.Except(graph.Pids)];
    private readonly ILookup<string, CollectedFile> files = graph.Files.Files.Where(file => !file.IsInherited).ToLookup(file => file.Link, StringComparer.Ordinal);

    public IReadOnlyList<Leak> FindLeaks() =>
    [
        .. SharedByTasks.SelectMany(shared => Tasks(shared.Type, shared.Kind, shared.What)),
        .. Named(others.SelectMany(OpenFiles)),
        .. PrivateObjects(_ => true, _ => true),
        .. Segments(),
    ];

    /// <summary>Finds who holds what handlers declared to be private.</summary>
    /// <param name="isLinkWanted">Which links to look for.</param>
    /// <param name="isInodeWanted">Which inodes to look for.</param>
    public IReadOnlyList<Leak> PrivateObjects(Func<string, bool> isLinkWanted, Func<(ulong Device, ulong Inode), bool> isInodeWanted)
    {
        var search = new PrivateObjectSearch(
            graph.Context.PrivateLinks.Where(entry => isLinkWanted(entry.Key)).ToDictionary(),
            graph.Context.PrivateInodes.Where(entry => isInodeWanted(entry.Key)).ToDictionary(),
            files,
            graph.State.Root,
            graph.Context.Kernel);
        return search.IsEmpty ? [] : [.. Named(others.SelectMany(search.Of))];
    }

    /// <summary>Sorted in the kernel's own order, so that each process outside is compared with a few inside.</summary>
    private IEnumerable<Leak> Tasks(KcmpType type, string kind, string what)
    {
        var inside = new SortedDictionary<int, int>(Comparer<int>.Create((one, other) => one == other ? 0 : KernelComparison.Compare(type, one, other)));
        foreach (var task in graph.Tree.Processes.SelectMany(process => process.Tasks))
        {
            inside.TryAdd(task.Tid, task.Pid);
        }

        return Named(others.Select(other => (Pid: other, Inside: OtherProcesses.IfVisible(() => inside.GetValueOrDefault(other))))
            .Where(found => found.Inside != 0 && !HasEnded(found.Pid))
            .Select(found => new Holding(kind, $"{what} of process {found.Inside}", found.Pid, "", Advice.For(kind, [], graph.State.Root))));
    }

    /// <summary>What has ended makes nothing of the signal actions that it holds until it is waited for.</summary>
    private static bool HasEnded(int pid) => OtherProcesses.IfVisible(() => new ProcTask(pid).Stat().State) is '\0' or 'Z' or 'X';

    private IEnumerable<Holding> OpenFiles(int other) =>
        from descriptor in OtherProcesses.Descriptors(new(other))
        from file in files[descriptor.Link]
        where IsSame(file, other, descriptor.Fd)
        select new Holding(
            LeakKind.OfLink(file.Link), $"open file description of {file.Where} ({file.Link})", other, $" as fd {descriptor.Fd}", Advice.For(LeakKind.OfLink(file.Link), file.Descriptors, graph.State.Root));

    private static bool IsSame(CollectedFile file, int other, int fd)
    {
        var (tid, own) = file.Descriptors[0];
        return OtherProcesses.IfVisible(() => KernelComparison.CompareFiles(tid, own, other, fd) == 0);
    }

    /// <summary>System V segments tell how often they are mapped, also by who cannot be looked into.</summary>
    private IEnumerable<Leak> Segments()
    {
        var attachments = SharedSegments.Attachments();
        return from mapping in graph.Tree.Processes.Where(IsInOurNamespace).SelectMany(process => process.Mappings).Where(SharedSegments.Is)
               group mapping by mapping.Inode into segment
               let total = attachments.GetValueOrDefault(segment.Key, segment.Count())
               where total > segment.Count()
               select new Leak(
                   LeakKind.SharedMemory, $"System V segment {segment.Key} has {total} attachments, {segment.Count()} from inside the tree", Advice.For(LeakKind.SharedMemory, [], graph.State.Root));
    }

    private static bool IsInOurNamespace(Linux.Acting.FrozenProcess process) =>
        ProcFs.ReadLink($"/proc/{process.Pid}/ns/ipc").Equals(ProcFs.ReadLink("/proc/self/ns/ipc"));

    private static IEnumerable<Leak> Named(IEnumerable<Holding> holdings) => holdings.GroupBy(
        holding => (holding.Kind, holding.What, holding.Advice),
        (leak, holders) => new Leak(leak.Kind, $"{leak.What} has references from outside the tree; {Holders.Name([.. holders.Select(holder => (holder.Pid, holder.How))])}", leak.Advice));
}
