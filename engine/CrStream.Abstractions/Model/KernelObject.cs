namespace CrStream.Abstractions;

/// <summary>
/// A kernel object that was found in the frozen tasks, as a node of the object graph. Nodes are compared by identity:
/// whoever finds the same kernel object twice must give the same node. The serializer writes a node after all that it
/// points to.
/// </summary>
public abstract class KernelObject
{
    /// <summary>The type under which the node is written.</summary>
    public abstract ObjectType Type { get; }

    /// <summary>How an error names this object, such as <c>pipe:[4711]</c>.</summary>
    public abstract string Description { get; }

    /// <summary>The nodes that this one points to. They must not lead back to it.</summary>
    public virtual IReadOnlyList<KernelObject> References => [];

    /// <summary>The payload; the engine puts the id in front of it.</summary>
    /// <param name="references">Gives the reference to each node of <see cref="References"/>.</param>
    public abstract Fields Describe(IReferences references);

    /// <summary>
    /// Writes what follows the object in the stream: <c>data</c> and <c>pages</c> that it owns. Runs while the tasks
    /// are frozen. Nothing by default.
    /// </summary>
    public virtual ValueTask WriteContentsAsync(IContentWriter writer, CancellationToken cancellation) => ValueTask.CompletedTask;
}
