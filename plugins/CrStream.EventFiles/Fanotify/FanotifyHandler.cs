using CrStream.Abstractions;
using CrStream.EventFiles.Watching;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.Fanotify;

/// <summary>
/// Carries fanotify(7) groups that are told of events: their marks on inodes, mounts and file systems. Groups that decide
/// about accesses are denied, and events that were not read.
/// </summary>
public sealed class FanotifyHandler : IFileHandler
{
    private static readonly ObjectType Type = new("org.crstream.fanotify");

    /// <inheritdoc/>
    public string Name => "fanotify";

    /// <inheritdoc/>
    public string Claim => "fanotify groups for notification, with their marks, once their events have been read";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) => file.Link == "anon_inode:[fanotify]";

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var group = new FanotifyGroup(Type, file);
        UnreadEvents.RequireNone(file, context.Kernel);
        context.WhenCollected(files => group.Resolve(new(context.Kernel, $"{file.Where} ({file.Link})", files)));
        return group;
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context) => new RestoredFanotify(
        fields.UInt32("flags"), fields.UInt32("event_flags"), [.. fields.Maps("marks").Select(mark => RestoredMark.Find(mark, context))], context.Kernel);

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) => ((RestoredFanotify)behind).Take();
}
