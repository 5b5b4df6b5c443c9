using CrStream.Abstractions;

namespace CrStream.SystemV;

/// <summary>A semaphore set as a node of the object graph.</summary>
internal sealed class SemaphoreSet(ObjectType type, SemaphoreRecord record) : KernelObject
{
    public override ObjectType Type => type;

    public override string Description => $"the semaphore set {record.Identity.Id}";

    public override Fields Describe(IReferences references) => record.Write();
}
