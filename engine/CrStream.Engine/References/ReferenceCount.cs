using CrStream.Engine.Files;
using CrStream.Linux.Bpf;

namespace CrStream.Engine.References;

/// <summary>Holds the references that come from inside a tree against the kernel's own counts. Pure.</summary>
/// <param name="view">What comes from inside.</param>
/// <param name="everything">What was looked at, the whole system where names are wanted.</param>
internal sealed class ReferenceCount(TreeView view, KernelLook everything)
{
    private readonly Dictionary<(int Tid, int Fd), KernelFile> byDescriptor = view.Files.ToDictionary(file => (file.Tid, file.Fd));

    private static readonly (string Kind, string What, Func<KernelTask, ulong> Object, Func<KernelTask, long> Users)[] SharedByTasks =
    [
        (LeakKind.Mm, "address space", task => task.Mm, task => task.MmUsers),
        (LeakKind.Files, "descriptor table", task => task.Files, task => task.FilesUsers),
        (LeakKind.Fs, "working directory", task => task.Fs, task => task.FsUsers),
        (LeakKind.SigHand, "table of signal actions", task => task.SignalActions, task => task.SignalActionsUsers),
    ];

    /// <summary>What tasks share by clone(2): each task is one reference.</summary>
    public IEnumerable<Mismatch> Tasks() =>
        from shared in SharedByTasks
        from tasks in view.Tasks.Where(task => shared.Object(task) != 0).GroupBy(shared.Object)
        let total = shared.Users(tasks.First()) - Ended(task => shared.Object(task) == tasks.Key)
        where total != tasks.Count()
        select new Mismatch(shared.Kind, $"{shared.What} of process {tasks.First().Tgid}", "references", total, tasks.Count(), null, [])
        {
            IsHeldBy = task => shared.Object(task) == tasks.Key && !task.HasEnded,
        };

    /// <summary>The open file descriptions behind descriptors.</summary>
    public IEnumerable<Mismatch> OpenFiles(IEnumerable<CollectedFile> files) =>
        from file in files
        let kernel = Find(file)
        let total = kernel.References - view.OwnReferencesTo(kernel.File)
        where total != view.ReferencesTo(kernel.File)
        select OfFile(LeakKind.OfLink(file.Link), $"open file description of {file.Where} ({file.Link})", kernel.File, total, file);

    /// <summary>
    /// Objects that must not be opened outside the tree: the open file descriptions that lead to each, and the mappings
    /// of these.
    /// </summary>
    public IEnumerable<Mismatch> PrivateObjects(IEnumerable<PrivateObject> objects)
    {
        foreach (var item in objects)
        {
            foreach (var mapped in view.Mappings.Where(mapping => mapping.Inode.Address == item.Inode.Address).DistinctBy(mapping => mapping.File))
            {
                var references = mapped.References - view.OwnReferencesTo(mapped.File);
                if (references != view.ReferencesTo(mapped.File))
                {
                    yield return OfFile(item.Kind, item.Description, mapped.File, references, null);
                }
            }

            // A pipe knows how many files are open on it. What has no name is found by no name, so that each reference to
            // its directory entry is an open file, but for the one that a System V segment keeps.
            var (place, all) = item.Inode.Pipe is { } pipe ? (item.Inode.Address, pipe.Files) : (item.Inode.Entry, item.Inode.EntryUsers - (item.IsSegment ? 1 : 0));
            var (known, own) = (view.FilesOn(place), view.OwnFilesOn(place));
            var total = all - own.Count;
            if (total != known.Count)
            {
                yield return new(item.Kind, item.Description, "open files", total, known.Count, item.Link, item.Descriptors)
                {
                    IsFile = (file, inode) => inode == item.Inode.Address && !known.Contains(file) && !own.Contains(file),
                };
            }
        }
    }

    /// <summary>What tasks outside hold that have ended, and so make nothing of it: signal actions, until they are waited for.</summary>
    private int Ended(Func<KernelTask, bool> holds) => everything.Tasks.Except(view.Tasks).Count(task => task.HasEnded && holds(task));

    /// <summary>The kernel's record of a collected file.</summary>
    public KernelFile Find(CollectedFile file) => byDescriptor[file.Descriptors[0]];

    private Mismatch OfFile(string kind, string what, ulong address, long total, CollectedFile? file) =>
        new(kind, what, "references", total, view.ReferencesTo(address), file?.Link, file?.Descriptors ?? [])
        {
            IsFile = (other, _) => other == address,
            IsHeldBy = task => task.ExecutableFile == address,
        };
}
