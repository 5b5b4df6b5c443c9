using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.NamelessFiles;

/// <summary>
/// A new file without a name on its way to the tasks. It is open for writing until the contents are in, and no longer:
/// an executable must not be (ETXTBSY).
/// </summary>
internal abstract class RestoredContents(FileAttributes attributes, SafeFileHandle made, IKernel kernel) : RestoredObject
{
    private SafeFileHandle? name;

    protected IKernel Kernel => kernel;

    /// <summary>The file description that made it, as long as it is kept.</summary>
    protected SafeFileHandle? Writable { get; private set; } = made;

    public override void WriteData(ulong offset, ReadOnlySpan<byte> bytes) => kernel.Put(
        name is null ? Writable! : throw new RestoreException($"the contents of {Description} come after its first use"),
        attributes.Size, offset, bytes, Description);

    /// <summary>Opens the file once more; all its contents are in.</summary>
    internal virtual SafeFileHandle Open(int flags)
    {
        if (name is null)
        {
            attributes.ApplyTime(Writable!, kernel);
            name = kernel.Reopen(Writable!, FileFlags.O_PATH);
            Finish();
        }

        return kernel.Reopen(name, flags & (FileFlags.O_ACCMODE | FileFlags.O_APPEND | FileFlags.O_NONBLOCK | FileFlags.O_SYNC
            | FileFlags.O_NOATIME | FileFlags.O_PATH | FileFlags.O_DIRECT | FileFlags.O_LARGEFILE));
    }

    /// <summary>What is to do when the contents are in. Without an own way, the file is open for writing no more.</summary>
    protected virtual void Finish() => TakeWritable().Dispose();

    /// <summary>Gives the file description that made it away.</summary>
    protected SafeFileHandle TakeWritable()
    {
        var taken = Writable!;
        Writable = null;
        return taken;
    }

    protected override void Dispose(bool disposing)
    {
        Writable?.Dispose();
        name?.Dispose();
        base.Dispose(disposing);
    }
}
