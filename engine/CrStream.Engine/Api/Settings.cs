using CrStream.Abstractions;

namespace CrStream.Engine;

/// <summary>Options by name, fixed when made.</summary>
public sealed class Settings(IReadOnlyDictionary<string, IReadOnlyList<string>> values) : ISettings
{
    /// <summary>No options at all.</summary>
    public static Settings None { get; } = new(new Dictionary<string, IReadOnlyList<string>>());

    /// <inheritdoc/>
    public IReadOnlyList<string> All(string name) => values.TryGetValue(name, out var all) ? all : [];
}
