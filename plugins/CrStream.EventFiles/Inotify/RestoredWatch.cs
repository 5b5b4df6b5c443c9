using CrStream.Abstractions;
using CrStream.EventFiles.Watching;

namespace CrStream.EventFiles.Inotify;

/// <summary>A watch that is to be added again.</summary>
internal sealed record RestoredWatch(int Number, uint Mask, RestoredTarget Target)
{
    internal static RestoredWatch Find(Fields fields, IRestoreContext context) => new(
        fields.Int32("watch") is > 0 and var number ? number : throw new FieldException("watch", "is not above zero"),
        fields.UInt32("mask"),
        RestoredTarget.Find(fields, context));
}
