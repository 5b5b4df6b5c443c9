using System.Diagnostics;
using CrStream.Engine.Plugins;
using CrStream.Linux.Files;

namespace CrStream.Engine.Restore;

/// <summary>
/// A restore: store → peeled stages → objects → handlers. Whatever fails, the process that was being built is ended and
/// waited for, so that nothing is left.
/// </summary>
internal static class RestoreGraph
{
    public static async Task<RestoredTree> RunAsync(RestoreRequest request, PluginCatalog catalog, CancellationToken cancellation)
    {
        var elapsed = Stopwatch.StartNew();
        await using var builder = new TreeBuilder(request.Detach, request.NewPidNamespace, request.Timeout);
        using var context = new RestoreContext(new Kernel(), request.Settings);
        var restorer = new ImageRestorer(request, catalog, context, builder);
        var bytes = await ReadAsync(request, catalog, restorer, cancellation);
        request.Progress?.Report(new("resume", bytes, bytes));
        await builder.CompleteAsync(restorer.Tree, restorer.Tasks, context, cancellation);
        foreach (var made in context.All)
        {
            await made.CompleteAsync(cancellation);
        }

        // What this process holds of the files goes before the tasks run: an end of a pipe held here would hide its end.
        context.Dispose();
        await builder.ResumeAsync(restorer.Tree);
        return new(builder.RootPid(restorer.Tree), restorer.Tasks.Count, bytes, elapsed.Elapsed, request.Detach ? null : builder.Tracer);
    }

    private static async Task<long> ReadAsync(RestoreRequest request, PluginCatalog catalog, ImageRestorer restorer, CancellationToken cancellation)
    {
        var store = catalog.StoreFor(StoreAddress.SchemeOf(request.Source));
        await using var source = await store.OpenAsync(request.Source, request.Settings, cancellation);
        await using var stream = await PeeledStream.OpenAsync(source, catalog.Stages, request.StageSettings, cancellation);
        return await restorer.ReadAsync(stream, cancellation);
    }
}
