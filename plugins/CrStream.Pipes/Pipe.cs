using CrStream.Abstractions;

namespace CrStream.Pipes;

/// <summary>A pipe without a name.</summary>
internal sealed class Pipe(ObjectType type, string link, FileStatus status, IKernel kernel) : PipeNode(kernel)
{
    public override ObjectType Type => type;

    public override string Description => link;

    public override Fields Describe(IReferences references) => new PipeRecord(link, status.Uid, status.Gid, Load).Write();
}
