using CrStream.Abstractions;
using CrStream.Engine.Plugins;

namespace CrStream.Engine.Checkpoint;

/// <summary>
/// Where a checkpoint's image goes: the stages and the store behind them. It is opened before the tasks are frozen, so
/// that a destination that cannot be written, or a passphrase that takes a second, costs them nothing. Disposing of it
/// without a commit leaves nothing at the destination.
/// </summary>
internal sealed class ImageOutput : IAsyncDisposable
{
    private readonly IImageSink sink;
    private readonly SealStage seal = new();

    private ImageOutput(IImageSink sink, CheckpointRequest request, PluginCatalog catalog, CancellationToken cancellation)
    {
        this.sink = sink;
        Chain = new([seal, .. request.Stages.Select(catalog.StageNamed)], request.StageSettings, sink, cancellation);
    }

    /// <summary>The way of the image's bytes.</summary>
    public ByteChain Chain { get; }

    /// <summary>Opens the store and links the stages.</summary>
    /// <exception cref="StoreException">The destination cannot be written.</exception>
    /// <exception cref="UsageException">There is no such store or stage, or a stage cannot work with its settings.</exception>
    public static async Task<ImageOutput> OpenAsync(CheckpointRequest request, PluginCatalog catalog, CancellationToken cancellation)
    {
        var store = catalog.StoreFor(StoreAddress.SchemeOf(request.Destination));
        var sink = await store.CreateAsync(request.Destination, request.Settings, cancellation);
        try
        {
            return new(sink, request, catalog, cancellation);
        }
        catch
        {
            await sink.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts the terminator behind the last object, and waits until the store has all.</summary>
    /// <param name="objects">How many objects the image has.</param>
    public Task CompleteAsync(ulong objects)
    {
        seal.Objects = objects;
        return Chain.CompleteAsync();
    }

    /// <summary>Makes the image visible.</summary>
    public ValueTask CommitAsync(CancellationToken cancellation) => sink.CommitAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Chain.DisposeAsync();
        await sink.DisposeAsync();
    }
}
