using CrStream.Engine;

namespace CrStream.Cli;

/// <summary>The engine as the command uses it.</summary>
internal sealed class EngineAdapter : IEngine
{
    private readonly CrStreamEngine engine = new();

    public EngineAdapter(IReadOnlyList<string> pluginDirectories) => PluginDirectories = pluginDirectories;

    /// <summary>Where plugins are looked for besides the command's own directory.</summary>
    public IReadOnlyList<string> PluginDirectories { get; }

    /// <inheritdoc/>
    public Task<CheckpointResult> CheckpointAsync(CheckpointRequest request, CancellationToken cancellation) => engine.CheckpointAsync(request, cancellation);

    /// <inheritdoc/>
    public async Task<IRestoredProcess> RestoreAsync(RestoreRequest request, CancellationToken cancellation) =>
        new RestoredProcess(await engine.RestoreAsync(request, cancellation));

    /// <inheritdoc/>
    public Task<ImageContents> ReadAsync(InspectRequest request, CancellationToken cancellation) => throw new NotImplementedException();

    /// <inheritdoc/>
    public IReadOnlyList<LoadedPart> Parts() => throw new NotImplementedException();

    /// <inheritdoc/>
    public NewKey CreateKey() => throw new NotImplementedException();

    private sealed class RestoredProcess(RestoredTree tree) : IRestoredProcess
    {
        public RestoredTree Tree => tree;

        public void Signal(int number) => throw new NotImplementedException();

        public Task<int> WaitAsync() => tree.WaitAsync(CancellationToken.None);
    }
}
