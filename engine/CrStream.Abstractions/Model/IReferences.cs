namespace CrStream.Abstractions;

/// <summary>Turns nodes that have been written into references.</summary>
public interface IReferences
{
    /// <summary>The reference to a node, which must be among the <see cref="KernelObject.References"/>.</summary>
    Value To(KernelObject node);
}
