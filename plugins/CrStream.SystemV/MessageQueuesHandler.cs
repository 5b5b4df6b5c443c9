using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.SystemV;

/// <summary>Carries System V message queues (msgget(2)) to which a task of the tree was the last to send, or from which it was the last to receive.</summary>
public sealed class MessageQueuesHandler : ITreeHandler
{
    private const int QbytesOffset = 88;

    private static readonly ObjectType Type = new("org.crstream.sysv-msg");

    /// <inheritdoc/>
    public string Name => "sysv-msg";

    /// <inheritdoc/>
    public string Claim => "System V message queues, with their messages and ids";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public IEnumerable<KernelObject> Collect(ICollectContext context) =>
        [.. SysvKind.Queue.Rows()
            .Where(row => context.IsInside((int)row["lspid"]) || context.IsInside((int)row["lrpid"]) || SysvKind.Queue.IsNamed(row.Id, context.Settings))
            .Select(row => new MessageQueue(
                Type, new(SysvIdentity.Of(row), CapacityOf(row.Id, context.Kernel), (int)row["qnum"]), (int)row["cbytes"], context.Kernel))];

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context) => new RestoredMessageQueue(QueueRecord.Read(fields), context.Kernel);

    private static ulong CapacityOf(int id, IKernel kernel) => BinaryPrimitives.ReadUInt64LittleEndian(SysvMaking.Status(SysvKind.Queue, id, kernel).AsSpan(QbytesOffset));
}
