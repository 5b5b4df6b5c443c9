using CrStream.Abstractions;

namespace CrStream.Devices;

/// <summary>A device under its name, as a node of the object graph.</summary>
internal sealed class Device(ObjectType type, DeviceRecord record) : KernelObject
{
    public override ObjectType Type => type;

    public override string Description => record.Path;

    public override Fields Describe(IReferences references) => record.Write();
}
