using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.Epoll;

/// <summary>
/// Carries epoll instances (epoll(7)): which open file descriptions are watched, under which numbers, for what, and what
/// has been collected of it. All that is watched must be part of the tree.
/// </summary>
public sealed class EpollHandler : IFileHandler
{
    internal const string Link = "anon_inode:[eventpoll]";

    private static readonly ObjectType Type = new("org.crstream.epoll");

    /// <inheritdoc/>
    public string Name => "epoll";

    /// <inheritdoc/>
    public string Claim => "epoll instances, with what they watch";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) => file.Link == Link;

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var instance = new EpollInstance(Type, file, context.Kernel);
        context.WhenCollected(instance.Resolve);
        return instance;
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context)
    {
        var entries = fields.Maps("entries").Select(entry => RestoredEntry.Read(entry, context)).ToArray();
        var polling = fields.Find("busy_polling") is null ? null : BusyPolling.Read(fields.Map("busy_polling"));
        var file = context.Kernel.Create(SystemCall.epoll_create1, FileFlags.O_CLOEXEC);
        polling?.Set(file.Number(), context.Kernel);
        return new RestoredEpoll(file, entries, fields.Boolean("collected"));
    }

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) => ((RestoredEpoll)behind).Take();
}
