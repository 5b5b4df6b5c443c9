using CrStream.Abstractions;

namespace CrStream.Engine.Tree;

/// <summary>An object of the format's own table, which the engine itself collects and restores.</summary>
/// <param name="type">Its name in the table of core objects.</param>
/// <param name="description">How errors name it.</param>
/// <param name="describe">Gives its payload.</param>
/// <param name="references">What it points to.</param>
internal class CoreObject(string type, string description, Func<IReferences, Fields> describe, params IReadOnlyList<KernelObject> references) : KernelObject
{
    /// <inheritdoc/>
    public override ObjectType Type { get; } = new(type);

    /// <inheritdoc/>
    public override string Description { get; } = description;

    /// <inheritdoc/>
    public override IReadOnlyList<KernelObject> References { get; } = references;

    /// <inheritdoc/>
    public override Fields Describe(IReferences references) => describe(references);
}
