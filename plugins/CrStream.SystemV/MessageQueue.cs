using CrStream.Abstractions;

namespace CrStream.SystemV;

/// <summary>A message queue as a node of the object graph. A message is a <c>data</c> object: its number as the offset, then its type as 8 bytes, then its text.</summary>
internal sealed class MessageQueue(ObjectType type, QueueRecord record, int bytes, IKernel kernel) : KernelObject
{
    private const int TypeLength = 8;
    private const int IPC_NOWAIT = 0x800;
    private const int MSG_COPY = 0x4000;

    public override ObjectType Type => type;

    public override string Description => $"the message queue {record.Identity.Id}";

    public override Fields Describe(IReferences references) => record.Write();

    /// <summary>Looks at each message without taking it out (MSG_COPY of msgrcv(2)).</summary>
    public override async ValueTask WriteContentsAsync(IContentWriter writer, CancellationToken cancellation)
    {
        for (var number = 0; number < record.Messages; number++)
        {
            var program = new SyscallProgram();
            var message = program.Reserve(TypeLength + bytes);
            var length = program.Call(SystemCall.msgrcv, record.Identity.Id, message, bytes, number, IPC_NOWAIT | MSG_COPY);
            var outcome = kernel.Run(program);
            await writer.WriteDataAsync((ulong)number, outcome[message][..(TypeLength + (int)outcome[length])].ToArray(), cancellation);
        }
    }
}
