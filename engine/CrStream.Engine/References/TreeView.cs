using CrStream.Abstractions;
using CrStream.Linux.Bpf;

namespace CrStream.Engine.References;

/// <summary>
/// Which references to the objects of a tree come from inside it: the pure part of the count. A descriptor is one
/// reference to its open file description, and so is a mapping of it, the executable of an address space, and what
/// handlers know of; each table and address space counts once, however many tasks share it.
/// </summary>
internal sealed class TreeView
{
    private readonly Dictionary<ulong, long> references = [];
    private readonly Dictionary<ulong, long> ownReferences = [];
    private readonly Dictionary<ulong, HashSet<ulong>> filesOn = [];
    private readonly Dictionary<ulong, HashSet<ulong>> ownFilesOn = [];

    /// <summary>Counts.</summary>
    /// <param name="look">What the kernel says of the tree, and maybe of other processes.</param>
    /// <param name="pids">The tree's processes.</param>
    /// <param name="own">The descriptors by which this process looks at the tree's files.</param>
    /// <param name="held">Open files to which the kernel holds a reference on behalf of an object of the tree, one each.</param>
    public TreeView(KernelLook look, IReadOnlySet<int> pids, IEnumerable<KernelFile> own, IEnumerable<ulong> held)
    {
        Tasks = [.. look.Tasks.Where(task => pids.Contains(task.Tgid))];
        Files = [.. look.Files.Where(file => pids.Contains(file.Tgid))];
        Mappings = [.. look.Mappings.Where(mapping => pids.Contains(mapping.Tgid))];
        foreach (var file in Files.DistinctBy(file => (file.Files, file.Fd)))
        {
            Add(references, file.File);
            Add(filesOn, Places(file), file.File);
        }

        foreach (var mapping in Mappings.DistinctBy(mapping => (mapping.Mm, mapping.Start)))
        {
            Add(references, mapping.File);
            Add(filesOn, [mapping.Inode.Address, mapping.Inode.Entry], mapping.File);
        }

        foreach (var task in Tasks.Where(task => task.ExecutableFile != 0).DistinctBy(task => task.Mm))
        {
            Add(references, task.ExecutableFile);
            Add(filesOn, [task.ExecutableInode.Address, task.ExecutableInode.Entry], task.ExecutableFile);
        }

        foreach (var file in held)
        {
            Add(references, file);
        }

        foreach (var file in own)
        {
            Add(ownReferences, file.File);
            Add(ownFilesOn, Places(file), file.File);
        }
    }

    /// <summary>The tree's tasks, zombies included.</summary>
    public IReadOnlyList<KernelTask> Tasks { get; }

    /// <summary>The tree's descriptors.</summary>
    public IReadOnlyList<KernelFile> Files { get; }

    /// <summary>The tree's mappings of files.</summary>
    public IReadOnlyList<KernelMapping> Mappings { get; }

    /// <summary>How many references to an open file description come from inside.</summary>
    public long ReferencesTo(ulong file) => references.GetValueOrDefault(file);

    /// <summary>How many come from this process, which is only looking.</summary>
    public long OwnReferencesTo(ulong file) => ownReferences.GetValueOrDefault(file);

    /// <summary>The open file descriptions from inside on an inode, or on one directory entry of it.</summary>
    public IReadOnlySet<ulong> FilesOn(ulong inodeOrEntry) => filesOn.GetValueOrDefault(inodeOrEntry) ?? [];

    /// <summary>Those that only this process has, to look at it.</summary>
    public IReadOnlySet<ulong> OwnFilesOn(ulong inodeOrEntry) => ownFilesOn.GetValueOrDefault(inodeOrEntry)?.Except(FilesOn(inodeOrEntry)).ToHashSet() ?? [];

    /// <summary>With O_PATH a file leads to an entry, but does not open what is behind it.</summary>
    private static ulong[] Places(KernelFile file) => (file.Flags & FileFlags.O_PATH) != 0 ? [file.Inode.Entry] : [file.Inode.Address, file.Inode.Entry];

    private static void Add(Dictionary<ulong, long> references, ulong file) => references[file] = references.GetValueOrDefault(file) + 1;

    private static void Add(Dictionary<ulong, HashSet<ulong>> filesOn, ReadOnlySpan<ulong> places, ulong file)
    {
        foreach (var place in places)
        {
            if (!filesOn.TryGetValue(place, out var files))
            {
                filesOn[place] = files = [];
            }

            files.Add(file);
        }
    }
}
