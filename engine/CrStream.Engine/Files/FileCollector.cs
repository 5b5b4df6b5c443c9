using CrStream.Abstractions;
using CrStream.Engine.Plugins;
using CrStream.Engine.Tree;
using CrStream.Linux.Acting;
using CrStream.Linux.PidFds;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Files;

/// <summary>
/// Collects the open file descriptions of a process: those behind its descriptors, each once however many descriptors
/// lead to it, and those behind its mappings. Asks the handlers for what is behind each.
/// </summary>
/// <param name="catalog">The handlers.</param>
/// <param name="context">What they use.</param>
/// <param name="files">What is known already, by the descriptors that lead to it; see <see cref="OpenFileIdentity"/>.</param>
/// <param name="external">What comes from outside, and is supplied again at the restore.</param>
internal sealed class FileCollector(PluginCatalog catalog, ICollectContext context, IDictionary<(int Tid, int Fd), CollectedFile> files, ExternalFiles external) : IDisposable
{
    private readonly Dictionary<(uint Major, uint Minor, ulong Inode, bool Writable), KernelObject> mapped = [];
    private readonly List<ILookedAtFile> opened = [];

    /// <summary>The file descriptions behind descriptors.</summary>
    public IEnumerable<CollectedFile> Files => files.Values;

    /// <summary>The files that this process looks at, by descriptors of its own.</summary>
    public IEnumerable<ILookedAtFile> LookedAt => opened;

    /// <summary>Collects a task's descriptor table (<c>struct files_struct</c>).</summary>
    public KernelObject CollectTable(FrozenTask task)
    {
        using var pidFd = new PidFd(task.Tid, task.Tid == task.Pid ? 0 : PidFd.PIDFD_THREAD);
        var descriptors = task.Proc.Fds().Order()
            .Select(fd =>
            {
                var info = task.Proc.FdInfo(fd);
                var (file, isNew) = CollectDescriptor(task, pidFd, fd, info);
                return new Descriptor(fd, file, info.IsCloseOnExec, LocksOf(info, $"fd {fd} of {task.Tid} ({file.Link})", isNew));
            }).ToArray();
        return new CoreObject(
            "files",
            $"the descriptor table of {task.Tid}",
            references => new()
            {
                ["descriptors"] = Value.Array(descriptors.Select(descriptor => new Fields
                {
                    ["fd"] = descriptor.Fd,
                    ["file"] = references.To(descriptor.File.Node),
                    ["close_on_exec"] = descriptor.CloseOnExec,
                }.AddIfAny("locks", descriptor.Locks.Count == 0 ? null : Value.Array(descriptor.Locks.Select(held => held.ToFields()))))),
            },
            [.. descriptors.Select(descriptor => descriptor.File.Node).Distinct()]);
    }

    /// <summary>Collects the file behind a mapping; mappings of one file with the same access share a node.</summary>
    /// <param name="task">Whose mapping.</param>
    /// <param name="mapping">The mapping.</param>
    /// <param name="writable">Whether pages that are written go to the file.</param>
    public KernelObject CollectMapped(ITask task, Mapping mapping, bool writable)
    {
        var key = (mapping.DeviceMajor, mapping.DeviceMinor, mapping.Inode, writable);
        if (!mapped.TryGetValue(key, out var node))
        {
            node = CollectFile(MappedFile.OfMapping(task, mapping.Start, mapping.End, writable, context.Kernel));
            mapped.Add(key, node);
        }

        return node;
    }

    /// <summary>Collects the executable of a process.</summary>
    public KernelObject CollectExecutable(ITask task) => CollectFile(MappedFile.OfExecutable(task, context.Kernel));

    /// <inheritdoc/>
    public void Dispose() => opened.ForEach(file => file.Dispose());

    private (CollectedFile File, bool IsNew) CollectDescriptor(FrozenTask task, PidFd pidFd, int fd, FdInfo info)
    {
        if (files.TryGetValue((task.Tid, fd), out var found))
        {
            found.Descriptors.Add((task.Tid, fd));
            return (found, false);
        }

        var link = task.Proc.FdLink(fd);
        CollectedFile collected;
        if (external.KeyOf(task.Tid, fd) is { } key)
        {
            using var duplicate = pidFd.GetFile(fd);
            collected = new(link.ToString(), ExternalNode(new(key, ExternalFile.KindOf(context.Kernel, duplicate), info.StatusFlags, link.ToString())), true, [(task.Tid, fd)]);
        }
        else
        {
            var file = new DescriptorFile(task, fd, link, info, pidFd.GetFile(fd), context.Kernel);
            opened.Add(file);
            collected = new(link.ToString(), FileNode(file, OwnerOf(file)), false, [(task.Tid, fd)]);
        }

        files.Add((task.Tid, fd), collected);
        return (collected, true);
    }

    private CoreObject CollectFile(MappedFile file)
    {
        opened.Add(file);
        return FileNode(file, null);
    }

    /// <summary>
    /// The locks that a process holds by a descriptor, told with the first that leads to the file: POSIX locks belong to the
    /// process, the others to the open file description, and are told once for all processes.
    /// </summary>
    private static IReadOnlyList<FileLock> LocksOf(FdInfo info, string where, bool isNew) =>
        [.. FileLock.Parse(info.Lines, where).Where(held => isNew || held.BelongsToProcess)];

    private FileOwner? OwnerOf(DescriptorFile file)
    {
        if ((file.Flags & FileFlags.O_PATH) != 0)
        {
            return null;
        }

        using var duplicate = file.Duplicate();
        return FileOwner.Read(context.Kernel, duplicate);
    }

    private CoreObject FileNode(OpenFile file, FileOwner? owner)
    {
        var behind = catalog.ClaimFor(file).Collect(file, context);
        return new CoreObject(
            "file",
            $"{file.Where} ({file.Link})",
            references => new Fields
            {
                ["object"] = references.To(behind),
                ["flags"] = file.Flags,
                ["position"] = file.Position,
            }.AddIfAny("owner", owner is null ? null : (Value)owner.ToFields()),
            behind);
    }

    private static CoreObject ExternalNode(ExternalFile file) => new("file", file.Description, _ => file.ToFields());

    private readonly record struct Descriptor(int Fd, CollectedFile File, bool CloseOnExec, IReadOnlyList<FileLock> Locks);
}
