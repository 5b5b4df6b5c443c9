using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.NamelessFiles;

/// <summary>A deleted file, made again. With O_TMPFILE the description that made it is one of the tasks' own.</summary>
internal sealed class RestoredDeletedFile(DeletedFileRecord record, SafeFileHandle made, IKernel kernel) : RestoredContents(record.Attributes, made, kernel)
{
    public override string Description => $"{record.Path} (deleted)";

    internal override SafeFileHandle Open(int flags)
    {
        var file = base.Open(flags);
        if ((flags & FileFlags.O_TMPFILE) != FileFlags.O_TMPFILE || Writable is null)
        {
            return file;
        }

        file.Dispose();
        return TakeWritable();
    }

    protected override void Finish()
    {
        if (record.Creator is null)
        {
            base.Finish();
        }
    }
}
