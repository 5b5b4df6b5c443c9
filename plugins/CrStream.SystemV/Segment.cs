using CrStream.Abstractions;

namespace CrStream.SystemV;

/// <summary>A shared memory segment as a node of the object graph.</summary>
internal sealed class Segment(ObjectType type, SegmentRecord record, IKernel kernel) : KernelObject
{
    public override ObjectType Type => type;

    public override string Description => $"the shared memory segment {record.Identity.Id}";

    public override Fields Describe(IReferences references) => record.Write();

    /// <summary>Attaches it for the moment; nobody who counts attachments runs.</summary>
    public override async ValueTask WriteContentsAsync(IContentWriter writer, CancellationToken cancellation)
    {
        using var own = new Attachment(record.Identity.Id, record.Size, Attachment.SHM_RDONLY, kernel);
        await writer.WriteFileAsync(own.File, Description, kernel, cancellation);
    }
}
