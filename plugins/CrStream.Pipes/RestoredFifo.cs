using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Pipes;

/// <summary>
/// A FIFO that was found again, or made again where it is deleted, on its way to the tasks. It is held open for both
/// until all have theirs, so that no open waits for the other side; but not where its readers have never had a writer,
/// since they would be told the end.
/// </summary>
internal sealed class RestoredFifo : RestoredObject
{
    private const int AT_FDCWD = -100;
    private const uint S_IFIFO = 0x1000;

    private readonly FifoRecord record;
    private readonly IKernel kernel;
    private readonly PipeFilling filling;
    private readonly SafeFileHandle name;
    private readonly SafeFileHandle? holder;

    private RestoredFifo(FifoRecord record, SafeFileHandle name, IKernel kernel)
    {
        (this.record, this.name, this.kernel) = (record, name, kernel);
        filling = new(record.Path, record.Load, kernel);
        if (!record.Unwritten)
        {
            holder = kernel.Reopen(name, FileFlags.O_RDWR | FileFlags.O_NONBLOCK);
        }
    }

    public override string Description => record.Path;

    internal static RestoredFifo Make(FifoRecord record, IKernel kernel)
    {
        var fifo = new RestoredFifo(record, record.Deleted ? MakeNameless(record, kernel) : Find(record, kernel), kernel);
        try
        {
            fifo.Prepare();
            return fifo;
        }
        catch
        {
            fifo.Dispose();
            throw;
        }
    }

    public override void WriteData(ulong offset, ReadOnlySpan<byte> bytes) => filling.Put(holder, offset, bytes);

    internal SafeFileHandle Open(int flags)
    {
        filling.RequireFull();
        return (flags & FileFlags.O_PATH) != 0
            ? kernel.Reopen(name, FileFlags.O_PATH)
            : kernel.Reopen(name, (flags & (FileFlags.O_ACCMODE | FileFlags.O_LARGEFILE | FileFlags.O_NOATIME | FileFlags.O_SYNC)) | FileFlags.O_NONBLOCK);
    }

    protected override void Dispose(bool disposing)
    {
        holder?.Dispose();
        name.Dispose();
        base.Dispose(disposing);
    }

    private static SafeFileHandle Find(FifoRecord record, IKernel kernel)
    {
        const string Hint = "make it again with mkfifo(1)";
        SafeFileHandle name;
        try
        {
            name = kernel.Open(record.Path, FileFlags.O_PATH | FileFlags.O_NOFOLLOW);
        }
        catch (KernelException failed)
        {
            throw new RestoreException($"the FIFO {record.Path} cannot be opened: {ErrorNumber.Describe(failed.Error)}", Hint, failed);
        }

        if (kernel.Status(name).IsFifo)
        {
            return name;
        }

        name.Dispose();
        throw new RestoreException($"{record.Path} was a FIFO at the checkpoint and is something else now", Hint);
    }

    /// <summary>The kernel makes no FIFO without a name: it has one for a moment.</summary>
    private static SafeFileHandle MakeNameless(FifoRecord record, IKernel kernel)
    {
        var path = $"{record.Path}.{Guid.NewGuid():N}";
        var program = new SyscallProgram();
        program.Call(SystemCall.mknodat, AT_FDCWD, program.Store(path), S_IFIFO | 0x180, 0);
        try
        {
            kernel.Run(program);
        }
        catch (KernelException failed)
        {
            throw new RestoreException($"the deleted FIFO {record.Path} cannot be made again: {ErrorNumber.Describe(failed.Error)}", "make its directory, writable", failed);
        }

        try
        {
            return kernel.Open(path, FileFlags.O_PATH | FileFlags.O_NOFOLLOW);
        }
        finally
        {
            var removal = new SyscallProgram();
            removal.Call(SystemCall.unlinkat, AT_FDCWD, removal.Store(path), 0);
            kernel.Run(removal);
        }
    }

    private void Prepare()
    {
        if (holder is null)
        {
            return;
        }

        if (PipeReading.Available(kernel, holder) is > 0 and var left)
        {
            throw new RestoreException($"the FIFO {record.Path} holds {left} bytes already", "end the process that wrote them, or read it empty");
        }

        filling.Prepare(holder);
        if (record.Deleted)
        {
            var program = new SyscallProgram();
            program.Call(SystemCall.fchown, holder.DangerousGetHandle(), record.Uid, record.Gid);
            program.Call(SystemCall.fchmod, holder.DangerousGetHandle(), record.Mode);
            kernel.Run(program);
        }
    }
}
