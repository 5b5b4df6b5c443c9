using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.NamelessFiles;

/// <summary>
/// A new file without a name on its way to the tasks. It is open for writing until the contents are in, and no longer:
/// an executable must not be (ETXTBSY).
/// </summary>
internal sealed class RestoredDeletedFile(DeletedFileRecord record, SafeFileHandle made, IKernel kernel) : RestoredObject
{
    private SafeFileHandle? writable = made;
    private SafeFileHandle? name;

    public override string Description => $"{record.Path} (deleted)";

    public override void WriteData(ulong offset, ReadOnlySpan<byte> bytes) => FileContents.Put(
        writable ?? throw new RestoreException($"the contents of {Description} come after its first use"), record.Attributes.Size, offset, bytes, Description, kernel);

    internal SafeFileHandle Open(int flags)
    {
        Complete();
        flags &= FileFlags.O_ACCMODE | FileFlags.O_APPEND | FileFlags.O_NONBLOCK | FileFlags.O_SYNC | FileFlags.O_NOATIME
            | FileFlags.O_PATH | FileFlags.O_DIRECT | FileFlags.O_LARGEFILE | FileFlags.O_TMPFILE;
        if ((flags & FileFlags.O_TMPFILE) != FileFlags.O_TMPFILE || writable is null)
        {
            return kernel.Reopen(name!, flags & ~FileFlags.O_TMPFILE);
        }

        (var first, writable) = (writable, null);
        return first;
    }

    protected override void Dispose(bool disposing)
    {
        writable?.Dispose();
        name?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Before the first open: the contents are in, since they follow the object in the stream.</summary>
    private void Complete()
    {
        if (name is not null)
        {
            return;
        }

        record.Attributes.ApplyTime(writable!, kernel);
        name = kernel.Reopen(writable!, FileFlags.O_PATH);
        if (record.Creator is null)
        {
            writable!.Dispose();
            writable = null;
        }
    }
}
