using CrStream.Abstractions;
using CrStream.Engine.Environment;
using CrStream.Engine.Memory;
using CrStream.Engine.Plugins;
using CrStream.Image;

namespace CrStream.Engine.Checkpoint;

/// <summary>
/// Writes the graph: the tree object, then every node after all that it points to, each with its contents. When it ends
/// the image is committed, and the tasks go on, or have been ended where that was asked for. They are let go as soon as
/// the last page has been read, while the rest of the bytes is still on its way.
/// </summary>
internal static class SerializeStep
{
    public static async Task<CheckpointResult> RunAsync(VerifiedGraph verified, PluginCatalog catalog)
    {
        var result = await SerializeAsync(verified, catalog);
        await verified.Job.SucceedAsync(result);
        return result;
    }

    private static async Task<CheckpointResult> SerializeAsync(VerifiedGraph verified, PluginCatalog catalog)
    {
        var (job, graph) = (verified.Job, verified.Graph);
        var output = job.Output;
        using var buffer = new ChainBufferWriter(output.Chain);
        var image = new ImageWriter(buffer);
        var header = MachineEnvironment.Current.NewHeader(verified.CountedBy);
        image.WriteHeader(header);
        await WriteAsync(verified, catalog, image, buffer);
        var objects = image.Finish();
        await buffer.FlushAllAsync();
        if (!job.Request.Kill)
        {
            await job.ThawAsync();
        }

        await output.CompleteAsync(objects);
        await output.CommitAsync(job.Cancellation);
        if (job.Request.Kill)
        {
            await job.KillAsync();
        }

        return new(
            header.ImageId, job.Request.Pid, graph.State.Tasks.Count, (long)objects, (long)image.Bytes, output.Chain.StoredBytes, job.Frozen, job.Elapsed);
    }

    private static async Task WriteAsync(VerifiedGraph verified, PluginCatalog catalog, ImageWriter image, ChainBufferWriter buffer)
    {
        var (job, graph) = (verified.Job, verified.Graph);
        var expected = PagesToCome(graph);
        var written = new Dictionary<KernelObject, ulong>(ReferenceEqualityComparer.Instance);
        var references = new WrittenReferences(written);
        async ValueTask FlushAsync()
        {
            if (buffer.HasFullBlocks)
            {
                job.Report("write", (long)image.Bytes, expected);
                await buffer.FlushAsync();
            }
        }

        image.WriteObject(image.DeclareType(CoreTypes.Tree, ""), (graph.State with { Leaks = verified.Leaks }).ToFields());
        foreach (var node in InOrder(graph.Roots))
        {
            job.Cancellation.ThrowIfCancellationRequested();
            var type = image.DeclareType(node.Type, ProviderOf(node.Type, catalog));
            var id = image.WriteObject(type, node.Describe(references));
            written.Add(node, id);
            if (node is MmNode mm)
            {
                await new PageWriter(image, FlushAsync, System.Environment.SystemPageSize).WriteAsync(mm.Tid, mm.State, id, job.Cancellation);
            }
            else
            {
                await node.WriteContentsAsync(new ContentWriter(image, id, FlushAsync), job.Cancellation);
            }

            await FlushAsync();
        }
    }

    private static string ProviderOf(ObjectType type, PluginCatalog catalog) =>
        catalog.HandlerFor(type.Name) is { } found ? found.Plugin.Provider : "";

    private static long PagesToCome(ObjectGraph graph) =>
        InOrder(graph.Roots).OfType<MmNode>().Sum(mm => PageWriter.Estimate(mm.Tid) - (long)mm.State.Inherited.Bytes);

    /// <summary>Every node after those that it points to.</summary>
    private static List<KernelObject> InOrder(IReadOnlyList<KernelObject> roots)
    {
        var order = new List<KernelObject>();
        var seen = new HashSet<KernelObject>(ReferenceEqualityComparer.Instance);
        var path = new HashSet<KernelObject>(ReferenceEqualityComparer.Instance);
        void Visit(KernelObject node)
        {
            if (!path.Add(node))
            {
                throw new PluginException($"{node.Description} points to itself in a circle", "report it to the author of its handler");
            }

            if (seen.Add(node))
            {
                foreach (var reference in node.References)
                {
                    Visit(reference);
                }

                order.Add(node);
            }

            path.Remove(node);
        }

        // All files come before all memory, so that a restore finds out about a missing one before it makes a task.
        foreach (var node in roots.SelectMany(root => root.References).Distinct().SelectMany(node => node.References).Where(node => node is not MmNode))
        {
            Visit(node);
        }

        foreach (var root in roots)
        {
            Visit(root);
        }

        return order;
    }

    private sealed class WrittenReferences(Dictionary<KernelObject, ulong> written) : IReferences
    {
        public Value To(KernelObject node) => written.TryGetValue(node, out var id)
            ? Value.Reference(id)
            : throw new PluginException($"an object points to {node.Description} without naming it among its references", "report it to the author of its handler");
    }
}
