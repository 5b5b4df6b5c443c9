using CrStream.Abstractions;

namespace CrStream.Pipes;

/// <summary>A FIFO as a node of the object graph.</summary>
internal sealed class Fifo(ObjectType type, OpenFile first, IKernel kernel) : PipeNode(kernel)
{
    private const short POLLIN = 1;
    private const short POLLHUP = 0x10;
    private bool unwritten;
    private bool hasWriter;

    public override ObjectType Type => type;

    public override string Description => first.Link;

    internal override void AddEnd(OpenFile file)
    {
        base.AddEnd(file);
        unwritten |= (file.Flags & (FileFlags.O_PATH | FileFlags.O_ACCMODE)) == FileFlags.O_RDONLY && !HasSeenItsWritersGo(file);
        hasWriter |= FileFlags.CanWrite(file.Flags);
    }

    public override Fields Describe(IReferences references) => new FifoRecord(
        FifoRecord.PathOf(first), first.Status.Links == 0, first.Status.Mode & 0xFFF, first.Status.Uid, first.Status.Gid, unwritten && !hasWriter, Load).Write();

    /// <summary>The kernel tells a reader the end only when there were writers once (fs/pipe.c, pipe_poll).</summary>
    private bool HasSeenItsWritersGo(OpenFile file)
    {
        using var duplicate = file.Duplicate();
        var program = new SyscallProgram();
        var asked = program.Store64((uint)duplicate.DangerousGetHandle() | ((ulong)POLLIN << 32));
        program.Call(SystemCall.poll, asked, 1, 0);
        return (short)(Kernel.Run(program).UInt64(asked) >> 48) is var seen && (seen & POLLHUP) != 0;
    }
}
