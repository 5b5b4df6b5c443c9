using CrStream.Abstractions;

namespace CrStream.EventFiles.Epoll;

/// <summary>A file that a restored epoll instance is to watch.</summary>
/// <param name="Number">The descriptor under which it was added.</param>
/// <param name="File">The file.</param>
/// <param name="Events">What is watched for.</param>
/// <param name="Data">What the program gets back.</param>
internal sealed record RestoredEntry(int Number, RestoredDescription File, uint Events, ulong Data)
{
    internal bool IsDisabled => EpollEntry.IsDisabled(Events);

    internal bool IsEdgeTriggered => (Events & EpollEntry.EPOLLET) != 0;

    internal static RestoredEntry Read(Fields fields, IRestoreContext context) => new(
        fields.Int32("fd") is >= 0 and var number ? number : throw new FieldException("fd", "is negative"),
        context.Resolve<RestoredDescription>(fields, "file"),
        fields.UInt32("events"),
        fields.UInt64("data"));
}
