using CrStream.Abstractions;

namespace CrStream.Engine.Restore;

/// <summary>A small object of the engine's own whose fields are kept until all tasks exist.</summary>
internal sealed class RestoredRecord<T>(string description, T state) : RestoredObject
{
    /// <inheritdoc/>
    public override string Description => description;

    /// <summary>What it says.</summary>
    public T State => state;
}
