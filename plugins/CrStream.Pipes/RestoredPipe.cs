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
    private readonly PipeFilling filling;
    private SafeFileHandle? readEnd;
    private SafeFileHandle? writeEnd;

    private RestoredPipe(PipeRecord record, IKernel kernel)
    {
        this.record = record;
        this.kernel = kernel;
        filling = new(record.Link, record.Load, kernel);
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

    /// <summary>The bytes go in through our write end.</summary>
    public override void WriteData(ulong offset, ReadOnlySpan<byte> bytes) => filling.Put(writeEnd, offset, bytes);

    internal SafeFileHandle Open(int flags)
    {
        filling.RequireFull();
        if ((flags & FileFlags.O_PATH) != 0)
        {
            return kernel.Reopen(inode, FileFlags.O_PATH);
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
        filling.Prepare(writeEnd!);
        kernel.ChangeOwner(writeEnd!, record.Uid, record.Gid);
    }
}
