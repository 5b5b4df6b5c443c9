using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.TimerFd;

/// <summary>
/// Carries timer files (timerfd_create(2)): clock, setting, the time that is left, ticks that were not read. A timer that
/// was set to a time of its clock keeps that time; another one goes on with the time that was left.
/// </summary>
public sealed class TimerFdHandler : IFileHandler
{
    private static readonly ObjectType Type = new("org.crstream.timerfd");

    /// <inheritdoc/>
    public string Name => "timerfd";

    /// <inheritdoc/>
    public string Claim => "timers that are read as files (timerfd)";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) => file.Link == "anon_inode:[timerfd]";

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var reading = new TimerFdReading(file, context.Kernel);
        return new NamelessFile(Type, $"the timer at {file.Where}", () => reading.Read().Write());
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context) =>
        new RestoredTimerFd(TimerFdRecord.Read(fields), context.Kernel);

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) => ((RestoredTimerFd)behind).Take();
}
