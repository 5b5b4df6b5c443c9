using CrStream.Abstractions;
using CrStream.EventFiles.Watching;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.Inotify;

/// <summary>Carries inotify(7) instances: their watches with the same watch descriptors. Events that were not read are denied.</summary>
public sealed class InotifyHandler : IFileHandler
{
    private static readonly ObjectType Type = new("org.crstream.inotify");

    /// <inheritdoc/>
    public string Name => "inotify";

    /// <inheritdoc/>
    public string Claim => "inotify instances, with their watches, once their events have been read";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) => file.Link == "anon_inode:inotify";

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        UnreadEvents.RequireNone(file, context.Kernel);
        var instance = new InotifyInstance(Type, file);
        context.WhenCollected(files => instance.Resolve(new(context.Kernel, $"{file.Where} ({file.Link})", files)));
        return instance;
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context) =>
        new RestoredInotify([.. fields.Maps("watches").Select(watch => RestoredWatch.Find(watch, context))], context.Kernel);

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) => ((RestoredInotify)behind).Take();
}
