using System.Runtime.InteropServices;
using CrStream.Abstractions;

namespace CrStream.SystemV;

/// <summary>Carries System V semaphore sets (semget(2)) on which a task of the tree was the last to do something.</summary>
public sealed class SemaphoresHandler : ITreeHandler
{
    private const int GETPID = 11;
    private const int GETALL = 13;

    private static readonly ObjectType Type = new("org.crstream.sysv-sem");

    /// <inheritdoc/>
    public string Name => "sysv-sem";

    /// <inheritdoc/>
    public string Claim => "System V semaphore sets, with their values and ids";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public IEnumerable<KernelObject> Collect(ICollectContext context)
    {
        var rows = SysvKind.Semaphores.Rows();
        return [.. rows
            .Where(row => SysvKind.Semaphores.IsNamed(row.Id, context.Settings) || LastUsers(row, context.Kernel).Any(context.IsInside))
            .Select(row => new SemaphoreSet(Type, new(SysvIdentity.Of(row), Values(row, context.Kernel), row["otime"] != 0)))];
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context) => new RestoredSemaphoreSet(SemaphoreRecord.Read(fields), context.Kernel);

    private static int[] LastUsers(SysvRow row, IKernel kernel)
    {
        var program = new SyscallProgram();
        var asked = Enumerable.Range(0, (int)row["nsems"]).Select(number => program.Try(SystemCall.semctl, row.Id, number, GETPID, 0)).ToArray();
        var outcome = kernel.Run(program);
        return [.. asked.Select(result => (int)outcome[result])];
    }

    private static ushort[] Values(SysvRow row, IKernel kernel)
    {
        var program = new SyscallProgram();
        var values = program.Reserve(sizeof(ushort) * (int)row["nsems"]);
        program.Call(SystemCall.semctl, row.Id, 0, GETALL, values);
        return MemoryMarshal.Cast<byte, ushort>(kernel.Run(program)[values]).ToArray();
    }
}
