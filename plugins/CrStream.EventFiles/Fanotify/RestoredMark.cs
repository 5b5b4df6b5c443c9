using CrStream.Abstractions;
using CrStream.EventFiles.Watching;

namespace CrStream.EventFiles.Fanotify;

/// <summary>A mark that is to be set again.</summary>
internal sealed record RestoredMark(FanotifyMarkKind Kind, uint Flags, ulong Mask, ulong IgnoredMask, RestoredTarget Target)
{
    internal static RestoredMark Find(Fields fields, IRestoreContext context)
    {
        var kind = fields.Text("kind") switch
        {
            "inode" => FanotifyMarkKind.Inode,
            "mount" => FanotifyMarkKind.Mount,
            "file-system" => FanotifyMarkKind.FileSystem,
            _ => throw new FieldException("kind", "is none that this version knows"),
        };
        return new(kind, fields.UInt32("flags"), fields.UInt64("mask"), fields.UInt64("ignored_mask"), RestoredTarget.Find(fields, context));
    }
}
