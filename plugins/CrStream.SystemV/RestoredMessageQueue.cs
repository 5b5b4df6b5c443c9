using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.SystemV;

/// <summary>A message queue, made again.</summary>
internal sealed class RestoredMessageQueue : RestoredObject
{
    private const int TypeLength = 8;
    private const int IPC_NOWAIT = 0x800;
    private const int QbytesOffset = 88;

    private readonly QueueRecord record;
    private readonly IKernel kernel;
    private readonly HashSet<long> types = [];
    private int sent;
    private bool kept;

    internal RestoredMessageQueue(QueueRecord record, IKernel kernel)
    {
        (this.record, this.kernel) = (record, kernel);
        SysvMaking.Make(SysvKind.Queue, record.Identity, kernel, (program, key, flags) => program.Try(SystemCall.msgget, key, flags));
        try
        {
            SysvMaking.Set(SysvKind.Queue, record.Identity, kernel, status => BinaryPrimitives.WriteUInt64LittleEndian(status.AsSpan(QbytesOffset), record.Capacity));
        }
        catch (KernelException failed)
        {
            SysvMaking.Remove(SysvKind.Queue, record.Identity.Id, kernel);
            throw new RestoreException(
                $"{Description} cannot hold its {record.Capacity} bytes: {ErrorNumber.Describe(failed.Error)}", "raise /proc/sys/kernel/msgmnb", failed);
        }
    }

    public override string Description => $"the message queue {record.Identity.Id}";

    public override void WriteData(ulong offset, ReadOnlySpan<byte> bytes)
    {
        if (offset != (ulong)sent || sent == record.Messages || bytes.Length < TypeLength || BinaryPrimitives.ReadInt64LittleEndian(bytes) is <= 0)
        {
            throw new RestoreException($"{Description} had {record.Messages} messages, and the image has something else for number {offset}");
        }

        var program = new SyscallProgram();
        program.Call(SystemCall.msgsnd, record.Identity.Id, program.Store(bytes), bytes.Length - TypeLength, IPC_NOWAIT);
        kernel.Run(program);
        types.Add(BinaryPrimitives.ReadInt64LittleEndian(bytes));
        sent++;
    }

    /// <summary>Sends and receives an empty message of a type that no other has, so that the tree is known as the queue's last user.</summary>
    public override void CompleteInside(INewTask task)
    {
        if (sent != record.Messages)
        {
            throw new RestoreException($"{Description} had {record.Messages} messages, and the image has {sent}");
        }

        var type = long.MaxValue;
        while (types.Contains(type))
        {
            type--;
        }

        var program = new SyscallProgram();
        var message = program.Store64((ulong)type);
        program.Call(SystemCall.msgsnd, record.Identity.Id, message, 0, IPC_NOWAIT);
        program.Call(SystemCall.msgrcv, record.Identity.Id, message, 0, type, IPC_NOWAIT);
        task.Run(program);
    }

    public override ValueTask CompleteAsync(CancellationToken cancellation)
    {
        kept = true;
        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (!kept)
        {
            SysvMaking.Remove(SysvKind.Queue, record.Identity.Id, kernel);
            kept = true;
        }

        base.Dispose(disposing);
    }
}
