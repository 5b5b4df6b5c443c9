using CrStream.Abstractions;
using CrStream.Engine.Plugins;
using CrStream.Engine.Tree;
using CrStream.Linux.Acting;
using CrStream.Linux.Kcmp;
using CrStream.Linux.PidFds;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Files;

/// <summary>
/// Collects the open file descriptions of a process: those behind its descriptors, each once however many descriptors
/// lead to it, and those behind its mappings. Asks the handlers for what is behind each.
/// </summary>
/// <param name="catalog">The handlers.</param>
/// <param name="context">What they use.</param>
/// <param name="inherited">Descriptors whose files come from outside, and are supplied again at the restore.</param>
internal sealed class FileCollector(PluginCatalog catalog, ICollectContext context, IReadOnlySet<int> inherited) : IDisposable
{
    private readonly Dictionary<string, List<CollectedFile>> byLink = new(StringComparer.Ordinal);
    private readonly Dictionary<(uint Major, uint Minor, ulong Inode, bool Writable), KernelObject> mapped = [];
    private readonly List<IDisposable> opened = [];

    /// <summary>The file descriptions behind descriptors.</summary>
    public IEnumerable<CollectedFile> Files => byLink.Values.SelectMany(files => files);

    /// <summary>Collects a process's descriptor table (<c>struct files_struct</c>).</summary>
    public KernelObject CollectTable(FrozenProcess process)
    {
        using var pidFd = new PidFd(process.Pid);
        var descriptors = process.Leader.Proc.Fds().Order()
            .Select(fd =>
            {
                var info = process.Leader.Proc.FdInfo(fd);
                return new Descriptor(fd, CollectDescriptor(process.Leader, pidFd, fd, info), info.IsCloseOnExec);
            }).ToArray();
        return new CoreObject(
            "files",
            $"the descriptor table of {process.Pid}",
            references => new()
            {
                ["descriptors"] = Value.Array(descriptors.Select(descriptor => new Fields
                {
                    ["fd"] = descriptor.Fd,
                    ["file"] = references.To(descriptor.File.Node),
                    ["close_on_exec"] = descriptor.CloseOnExec,
                })),
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

    private CollectedFile CollectDescriptor(FrozenTask task, PidFd pidFd, int fd, FdInfo info)
    {
        var link = task.Proc.FdLink(fd);
        var same = byLink.GetValueOrDefault(link.ToString()) ?? [];
        if (same.Find(known => KernelComparison.CompareFiles(task.Tid, known.Descriptors[0], task.Tid, fd) == 0) is { } found)
        {
            found.Descriptors.Add(fd);
            return found;
        }

        var supplied = inherited.Contains(fd);
        CollectedFile collected;
        if (supplied)
        {
            collected = new(link.ToString(), Inherited(fd, link), true, [fd]);
        }
        else
        {
            var file = new DescriptorFile(task, fd, link, info, pidFd.GetFile(fd), context.Kernel);
            opened.Add(file);
            collected = new(link.ToString(), FileNode(file, OwnerOf(file)), false, [fd]);
        }

        same.Add(collected);
        byLink[collected.Link] = same;
        return collected;
    }

    private CoreObject CollectFile(MappedFile file)
    {
        opened.Add(file);
        return FileNode(file, null);
    }

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
        var locks = FileLock.Parse(file);
        return new CoreObject(
            "file",
            $"{file.Where} ({file.Link})",
            references => new Fields
            {
                ["object"] = references.To(behind),
                ["flags"] = file.Flags,
                ["position"] = file.Position,
            }.AddIfAny("owner", owner is null ? null : (Value)owner.ToFields())
                .AddIfAny("locks", locks.Count == 0 ? null : Value.Array(locks.Select(held => held.ToFields()))),
            behind);
    }

    private static CoreObject Inherited(int fd, KernelText link) => new(
        "file",
        $"the inherited fd {fd} ({link})",
        _ => new() { ["inherited"] = fd, ["link"] = link.ToString() });

    private readonly record struct Descriptor(int Fd, CollectedFile File, bool CloseOnExec);
}
