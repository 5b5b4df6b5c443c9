using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace Samples.EventFd;

/// <summary>Carries event counters (eventfd(2)), in the place of the built-in handler.</summary>
public sealed class EventFdHandler : IFileHandler
{
    private static readonly ObjectType Type = new("org.example.eventfd");

    /// <inheritdoc/>
    public string Name => "sample-eventfd";

    /// <inheritdoc/>
    public string Claim => "event counters (eventfd)";

    /// <inheritdoc/>
    public IReadOnlyList<string> Replaces => ["eventfd"];

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) => file.Link == "anon_inode:[eventfd]";

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context) => new Counter(Type, file.Where, EventFdState.Parse(file.FdInfo));

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context) =>
        new RestoredCounter(EventFdState.Read(fields), context.Kernel);

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) => ((RestoredCounter)behind).Take();
}
