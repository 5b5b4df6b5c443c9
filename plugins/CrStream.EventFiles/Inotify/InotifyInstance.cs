using CrStream.Abstractions;
using CrStream.EventFiles.Watching;

namespace CrStream.EventFiles.Inotify;

/// <summary>An inotify instance as a node of the object graph.</summary>
internal sealed class InotifyInstance(ObjectType type, OpenFile file) : KernelObject
{
    private readonly IReadOnlyList<InotifyWatch> watches = InotifyWatch.Parse(file.FdInfo);
    private IReadOnlyList<WatchedFile> targets = [];

    public override ObjectType Type => type;

    public override string Description => $"the inotify instance at {file.Where}";

    public override IReadOnlyList<KernelObject> References => [.. targets.Select(target => target.Open?.Node).OfType<KernelObject>().Distinct()];

    public override Fields Describe(IReferences references) => new()
    {
        ["watches"] = Value.Array(watches.Zip(targets, (watch, target) => target.AddTo(new() { ["watch"] = watch.Number, ["mask"] = watch.Mask }, references))),
    };

    /// <summary>Finds what it watches.</summary>
    internal void Resolve(WatchedFiles files) => targets = [.. watches.Select(watch => files.Find(watch.Inode))];
}
