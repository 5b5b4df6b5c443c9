using CrStream.Abstractions;
using CrStream.EventFiles.Watching;

namespace CrStream.EventFiles.Fanotify;

/// <summary>A fanotify group as a node of the object graph.</summary>
internal sealed class FanotifyGroup : KernelObject
{
    // Of the flags of fanotify_init(2): those that say which answers the group gives about accesses.
    private const uint FAN_CLASS_MASK = 0xC;

    private readonly ObjectType type;
    private readonly OpenFile file;
    private readonly uint flags;
    private readonly uint eventFlags;
    private readonly IReadOnlyList<FanotifyMark> marks;
    private IReadOnlyList<WatchedFile> targets = [];

    internal FanotifyGroup(ObjectType type, OpenFile file)
    {
        (this.type, this.file) = (type, file);
        var head = WatchLine.Of(file.FdInfo, "fanotify").First(line => line.Has("event-flags"));
        (flags, eventFlags, marks) = ((uint)head.Number("flags"), (uint)head.Number("event-flags"), FanotifyMark.Parse(file.FdInfo));
        if ((flags & FAN_CLASS_MASK) != 0)
        {
            throw new DeniedException(
                $"{file.Where} ({file.Link}) cannot be carried: the group decides about accesses to files (FAN_CLASS_CONTENT, FAN_CLASS_PRE_CONTENT), which wait for it while it stands still",
                "let the program close it");
        }
    }

    public override ObjectType Type => type;

    public override string Description => $"the fanotify group at {file.Where}";

    public override IReadOnlyList<KernelObject> References => [.. targets.Select(target => target.Open?.Node).OfType<KernelObject>().Distinct()];

    public override Fields Describe(IReferences references) => new()
    {
        ["flags"] = flags,
        ["event_flags"] = eventFlags,
        ["marks"] = Value.Array(marks.Zip(targets, (mark, target) => target.AddTo(
            new()
            {
                ["kind"] = mark.Kind switch { FanotifyMarkKind.Inode => "inode", FanotifyMarkKind.Mount => "mount", _ => "file-system" },
                ["flags"] = mark.Flags,
                ["mask"] = mark.Mask,
                ["ignored_mask"] = mark.IgnoredMask,
            },
            references))),
    };

    /// <summary>Finds what is marked.</summary>
    internal void Resolve(WatchedFiles files) => targets = [.. marks.Select(mark => mark.Kind switch
    {
        FanotifyMarkKind.Mount => new WatchedFile(files.PathOfMount((int)mark.Number), null),
        FanotifyMarkKind.FileSystem => new WatchedFile(files.PathOfFileSystem(mark.Number), null),
        _ => files.Find(mark.Inode!),
    })];
}
