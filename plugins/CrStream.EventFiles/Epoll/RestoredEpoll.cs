using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.Epoll;

/// <summary>
/// A new epoll instance. Its entries are added inside a task: a signalfd is watched for the signals of who adds it, and
/// the kernel notes the number under which a file was added, which in a task without descriptors is free.
/// </summary>
/// <remarks>
/// The order lets the kernel collect again what had been collected. First come the one-shot entries that have told
/// already, each added with everything it could tell: it tells at once, and is disabled as it was. Where it has nothing
/// to tell any more, it is set to nothing, to which the kernel adds EPOLLERR and EPOLLHUP. Then come the edge-triggered
/// ones; where nothing was waiting at the checkpoint, what they tell now is collected. What is left comes last.
/// </remarks>
internal sealed class RestoredEpoll(SafeFileHandle file, IReadOnlyList<RestoredEntry> entries, bool isCollected)
    : RestoredNamelessFile("an epoll instance", file)
{
    private const int EntriesAtOnce = 100;
    private const uint AllEvents = 0x7FF | (1 << 13); // up to EPOLLMSG, and EPOLLRDHUP

    public override void CompleteInside(INewTask task)
    {
        var room = new EpollRoom(task, File);
        var (disabled, others) = (entries.Where(entry => entry.IsDisabled), entries.Where(entry => !entry.IsDisabled).ToArray());
        foreach (var some in disabled.Chunk(EntriesAtOnce))
        {
            var silent = room.AddAndCollect(some, AllEvents);
            room.Modify(silent);
        }

        Array.ForEach([.. others.Where(entry => entry.IsEdgeTriggered).Chunk(EntriesAtOnce)], room.Add);
        if (isCollected)
        {
            room.Collect(others.Count(entry => entry.IsEdgeTriggered));
        }

        Array.ForEach([.. others.Where(entry => !entry.IsEdgeTriggered).Chunk(EntriesAtOnce)], room.Add);
    }
}
