using CrStream.Abstractions;
using CrStream.Engine;
using CrStream.Engine.Plugins;
using CrStream.Linux.PidFds;

namespace CrStream.Cli;

/// <summary>The engine as the command uses it.</summary>
internal sealed class EngineAdapter : IEngine
{
    private const string EncryptingStage = "age";

    private readonly PluginCatalog catalog;
    private readonly CrStreamEngine engine;

    public EngineAdapter(IReadOnlyList<string> pluginDirectories)
    {
        catalog = new(PluginFolders.BesideCommand(pluginDirectories));
        engine = new(catalog);
    }

    /// <inheritdoc/>
    public void Dispose() => engine.Dispose();

    /// <inheritdoc/>
    public Task<CheckpointResult> CheckpointAsync(CheckpointRequest request, CancellationToken cancellation) => engine.CheckpointAsync(request, cancellation);

    /// <inheritdoc/>
    public async Task<IRestoredProcess> RestoreAsync(RestoreRequest request, CancellationToken cancellation) =>
        new RestoredProcess(await engine.RestoreAsync(request, cancellation));

    /// <inheritdoc/>
    public async Task<ImageContents> ReadAsync(InspectRequest request, CancellationToken cancellation)
    {
        var store = catalog.StoreFor(StoreAddress.SchemeOf(request.Source));
        await using var source = await store.OpenAsync(request.Source, request.Settings, cancellation);
        await using var image = await PeeledStream.OpenAsync(source, catalog.Stages, request.StageSettings, cancellation);
        return await ContentsReader.ReadAsync(image, request.Progress, cancellation) with { Layers = [.. image.Layers] };
    }

    /// <inheritdoc/>
    public IReadOnlyList<LoadedPart> Parts() =>
    [
        .. catalog.Plugins.SelectMany(plugin => plugin.Handlers.Select(handler => new LoadedPart("handler", handler.Name, handler.Claim, plugin.Provider, plugin.Path))),
        .. catalog.Plugins.SelectMany(plugin => plugin.Stages.Select(stage => new LoadedPart("stage", stage.Name, "", plugin.Provider, plugin.Path))),
        .. catalog.Plugins.SelectMany(plugin => plugin.Stores.Select(store => new LoadedPart("store", string.Join(", ", store.Schemes), "", plugin.Provider, plugin.Path))),
    ];

    /// <inheritdoc/>
    public KeyPair CreateKey() => catalog.KeyGeneratorNamed(EncryptingStage).Generate();

    private sealed class RestoredProcess(RestoredTree tree) : IRestoredProcess
    {
        /// <summary>Opened while nobody has waited for the process, so that its id cannot be another's.</summary>
        private readonly PidFd process = new(tree.Pid);

        public RestoredTree Tree => tree;

        public void Signal(int number)
        {
            try
            {
                process.SendSignal(number);
            }
            catch (KernelException ended) when (ended.Error == ErrorNumber.ESRCH)
            {
                // A signal that comes too late is lost, as always.
            }
        }

        public Task<int> WaitAsync() => tree.WaitAsync(CancellationToken.None);

        public void Dispose()
        {
            process.Dispose();
            tree.Dispose();
        }
    }
}
