using System.Runtime.InteropServices;
using CrStream.Abstractions;

namespace CrStream.SystemV;

/// <summary>A semaphore set, made again.</summary>
internal sealed class RestoredSemaphoreSet : RestoredObject
{
    private const int SETALL = 17;
    private const ushort IPC_NOWAIT = 0x800;

    private readonly SemaphoreRecord record;
    private readonly IKernel kernel;
    private bool kept;

    internal RestoredSemaphoreSet(SemaphoreRecord record, IKernel kernel)
    {
        (this.record, this.kernel) = (record, kernel);
        SysvMaking.Make(SysvKind.Semaphores, record.Identity, kernel, (program, key, flags) => program.Try(SystemCall.semget, key, record.Values.Count, flags));
        try
        {
            SysvMaking.Set(SysvKind.Semaphores, record.Identity, kernel);
        }
        catch
        {
            SysvMaking.Remove(SysvKind.Semaphores, record.Identity.Id, kernel);
            throw;
        }
    }

    public override string Description => $"the semaphore set {record.Identity.Id}";

    /// <summary>Sets the values: who does so is known as the last who used the semaphores.</summary>
    public override void CompleteInside(INewTask task)
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.semctl, record.Identity.Id, 0, SETALL, program.Store(MemoryMarshal.AsBytes(record.Values.ToArray().AsSpan())));
        if (record.IsUsed)
        {
            // struct sembuf: number, operation, flags. Up and down at once leaves the value; down first where it is at its limit.
            ushort up = 1, down = unchecked((ushort)-1);
            var (first, second) = record.Values[0] < SemaphoreRecord.SEMVMX ? (up, down) : (down, up);
            var operations = program.Store(MemoryMarshal.AsBytes([(ushort)0, first, IPC_NOWAIT, (ushort)0, second, IPC_NOWAIT]));
            program.Call(SystemCall.semop, record.Identity.Id, operations, 2);
        }

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
            SysvMaking.Remove(SysvKind.Semaphores, record.Identity.Id, kernel);
            kept = true;
        }

        base.Dispose(disposing);
    }
}
