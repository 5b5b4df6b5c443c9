using CrStream.Abstractions;

namespace CrStream.NamelessFiles;

/// <summary>A memfd as a node of the object graph; shared by all file descriptions and mappings of it.</summary>
internal sealed class Memfd(ObjectType type, OpenFile file, int seals, IKernel kernel) : KernelObject
{
    public override ObjectType Type => type;

    public override string Description => file.Link;

    public override Fields Describe(IReferences references) =>
        new MemfdRecord(MemfdRecord.NameOf(file.Link), FileAttributes.Of(file.Status), seals).Write();

    public override async ValueTask WriteContentsAsync(IContentWriter writer, CancellationToken cancellation)
    {
        using var own = kernel.Open(file.ProcPath, FileFlags.O_RDONLY | FileFlags.O_NOATIME);
        await writer.WriteFileAsync(own, $"{file.Where} ({file.Link})", kernel, cancellation);
    }
}
