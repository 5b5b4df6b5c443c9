using CrStream.Abstractions;

namespace CrStream.Engine.Plugins;

/// <summary>An assembly that was loaded, and what it offers.</summary>
/// <param name="Assembly">The assembly's name.</param>
/// <param name="Version">Its informational version, or its assembly version where it has none.</param>
/// <param name="Path">Its file.</param>
/// <param name="Handlers">Its handlers; those of files are <see cref="IFileHandler"/>.</param>
/// <param name="Stages">Its stages.</param>
/// <param name="Stores">Its stores.</param>
public sealed record LoadedPlugin(
    string Assembly, string Version, string Path,
    IReadOnlyList<IObjectHandler> Handlers, IReadOnlyList<IStage> Stages, IReadOnlyList<IStore> Stores)
{
    /// <summary>What makes keys for its stages.</summary>
    public IReadOnlyList<IKeyGenerator> KeyGenerators { get; init; } = [];

    /// <summary>The value of <c>provider</c> in the type declarations of its objects.</summary>
    public string Provider => $"{Assembly} {Version}";
}
