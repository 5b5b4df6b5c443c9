using CrStream.Abstractions;

namespace Samples.EventFd;

/// <summary>An event counter as a node of the object graph.</summary>
internal sealed class Counter(ObjectType type, string where, EventFdState state) : KernelObject
{
    public override ObjectType Type => type;

    public override string Description => $"the event counter at {where}";

    public override Fields Describe(IReferences references) => state.Write();
}
