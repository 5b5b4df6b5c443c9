using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.EventFd;

/// <summary>Carries event counters (eventfd(2)): the count and whether it is a semaphore.</summary>
public sealed class EventFdHandler : IFileHandler
{
    private static readonly ObjectType Type = new("org.crstream.eventfd");

    /// <inheritdoc/>
    public string Name => "eventfd";

    /// <inheritdoc/>
    public string Claim => "event counters (eventfd)";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) => file.Link == "anon_inode:[eventfd]";

    /// <inheritdoc/>
    /// <remarks>For the whole family.</remarks>
    public Denial? Explain(OpenFile file) => Denials.Of(file.Link);

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var state = EventFdState.Parse(file.FdInfo);
        if (state.Count == ulong.MaxValue)
        {
            throw new DeniedException($"{file.Where} ({file.Link}) cannot be carried: the counter has overflowed, which only the kernel can make it do", "let the program read it");
        }

        return new NamelessFile(Type, $"the event counter at {file.Where}", state.Write);
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context) =>
        new RestoredNamelessFile("an event counter", EventFdState.Read(fields).Make(context.Kernel));

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) => ((RestoredNamelessFile)behind).Take();
}
