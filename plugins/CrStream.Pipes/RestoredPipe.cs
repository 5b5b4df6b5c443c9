using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;
using static CrStream.Abstractions.FileControl;

namespace CrStream.Pipes;

/// <summary>
/// A new pipe on its way to the tasks. Its two ends go to the first file descriptions that look as pipe2(2) makes them
/// (without O_LARGEFILE); others were opened by /proc/PID/fd once, and are so again. Ends that nobody asked for are
/// closed with this object, so that a reader without writers reads the end and a writer without readers gets EPIPE.
/// </summary>
internal sealed class RestoredPipe : RestoredObject
{
    private readonly PipeRecord record;
    private readonly IKernel kernel;
    private readonly SafeFileHandle inode;
    private SafeFileHandle? readEnd;
    private SafeFileHandle? writeEnd;
    private int filled;

    private RestoredPipe(PipeRecord record, IKernel kernel)
    {
        this.record = record;
        this.kernel = kernel;
        (readEnd, writeEnd) = kernel.Pipe(FileFlags.O_NONBLOCK);

        // An O_PATH descriptor is no end: it keeps no reader waiting and no writer writing.
        inode = kernel.Reopen(readEnd, FileFlags.O_PATH);
    }

    public override string Description => record.Link;

    internal static RestoredPipe Make(PipeRecord record, IKernel kernel)
    {
        var pipe = new RestoredPipe(record, kernel);
        try
        {
            pipe.Prepare();
            return pipe;
        }
        catch
        {
            pipe.Dispose();
            throw;
        }
    }

    /// <summary>The bytes go in through our write end, which is in packet mode just when they are packets.</summary>
    public override void WriteData(ulong offset, ReadOnlySpan<byte> bytes)
    {
        if (writeEnd is null || offset != (ulong)filled || bytes.IsEmpty || bytes.Length > record.Length - filled)
        {
            throw new RestoreException($"the contents of {record.Link} do not fit: {bytes.Length} bytes at {offset} of {record.Length}, {filled} are in");
        }

        if (record.Packets && bytes.Length > Environment.SystemPageSize)
        {
            throw new RestoreException($"the contents of {record.Link} have a packet of {bytes.Length} bytes, more than a page");
        }

        if (kernel.Write(writeEnd, bytes) != bytes.Length)
        {
            throw new RestoreException($"the contents of {record.Link} do not fit: {record.Length} bytes in a pipe of {record.Capacity}");
        }

        filled += bytes.Length;
    }

    internal SafeFileHandle Open(int flags)
    {
        if (filled != record.Length)
        {
            throw new RestoreException($"the contents of {record.Link} are missing: {record.Length} bytes stood in it, the image has {filled}");
        }

        // Without O_NONBLOCK the open could wait for the other side.
        var end = TakeOriginal(flags) ?? kernel.Reopen(inode, (flags & FileFlags.O_ACCMODE) | FileFlags.O_NONBLOCK);
        kernel.Control(end, F_SETFL, flags & (FileFlags.O_NONBLOCK | FileFlags.O_DIRECT));
        return end;
    }

    protected override void Dispose(bool disposing)
    {
        readEnd?.Dispose();
        writeEnd?.Dispose();
        inode.Dispose();
        base.Dispose(disposing);
    }

    private SafeFileHandle? TakeOriginal(int flags) => (flags & (FileFlags.O_LARGEFILE | FileFlags.O_ACCMODE)) switch
    {
        FileFlags.O_RDONLY => Take(ref readEnd),
        FileFlags.O_WRONLY => Take(ref writeEnd),
        _ => null,
    };

    private static SafeFileHandle? Take(ref SafeFileHandle? end)
    {
        var taken = end;
        end = null;
        return taken;
    }

    private void Prepare()
    {
        try
        {
            kernel.Control(writeEnd!, F_SETPIPE_SZ, record.Capacity);
        }
        catch (KernelException failed)
        {
            throw new RestoreException(
                $"{record.Link} cannot have its capacity of {record.Capacity} bytes: {ErrorNumber.Describe(failed.Error)}",
                "raise /proc/sys/fs/pipe-max-size", failed);
        }

        kernel.ChangeOwner(writeEnd!, record.Uid, record.Gid);
        kernel.Control(writeEnd!, F_SETFL, FileFlags.O_NONBLOCK | (record.Packets ? FileFlags.O_DIRECT : 0));
    }
}
