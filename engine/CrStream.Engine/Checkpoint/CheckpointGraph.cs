using System.Threading.Tasks.Dataflow;
using CrStream.Engine.Plugins;

namespace CrStream.Engine.Checkpoint;

/// <summary>
/// The job graph: requests flow through freeze → collect → verify → serialize.
/// </summary>
/// <remarks>
/// Each message is an immutable record that says what is known so far, and names its job. A step that fails hands the
/// exception to its job, which thaws and reports; the message goes no further, and the graph goes on with the others.
/// Each block waits only for the one behind it, and serializing waits only for stores; so there is no deadlock. The
/// capacities bound how many trees are frozen at once.
/// </remarks>
internal sealed class CheckpointGraph
{
    /// <summary>How many trees are worked on at once in a step: the next one is collected while one is written.</summary>
    private const int TreesAtOnce = 2;

    private readonly TransformBlock<CheckpointJob, FrozenJob?> freeze;

    public CheckpointGraph(PluginCatalog catalog, KernelNotes notes)
    {
        var rehearsal = new Rehearsal(catalog, notes);
        freeze = Step<CheckpointJob, FrozenJob>(job => FreezeStep.RunAsync(job, catalog, notes, rehearsal), job => job);
        var collect = Step<FrozenJob?, ObjectGraph>(frozen => CollectStep.RunAsync(frozen!, catalog, notes), frozen => frozen!.Job);
        var verify = Step<ObjectGraph?, VerifiedGraph>(graph => VerifyStep.RunAsync(graph!, notes), graph => graph!.Job);
        var serialize = Step<VerifiedGraph?, CheckpointResult>(graph => SerializeStep.RunAsync(graph!, catalog), graph => graph!.Job);
        var report = new ActionBlock<CheckpointResult?>(_ => { });
        LinkSuccesses(freeze, collect);
        LinkSuccesses(collect, verify);
        LinkSuccesses(verify, serialize);
        LinkSuccesses(serialize, report);
    }

    /// <summary>Sends a request through the graph.</summary>
    public async Task<CheckpointResult> RunAsync(CheckpointRequest request, CancellationToken cancellation)
    {
        var job = new CheckpointJob(request, cancellation);
        await freeze.SendAsync(job, CancellationToken.None);
        return await job.Completion;
    }

    private static TransformBlock<TIn, TOut?> Step<TIn, TOut>(Func<TIn, Task<TOut>> run, Func<TIn, CheckpointJob> jobOf)
        where TOut : class =>
        new(
            async input =>
            {
                var job = jobOf(input);
                try
                {
                    job.Cancellation.ThrowIfCancellationRequested();
                    return await run(input);
                }
                catch (Exception failure)
                {
                    await job.FailAsync(failure);
                    return null;
                }
            },
            new() { BoundedCapacity = TreesAtOnce, MaxDegreeOfParallelism = TreesAtOnce, EnsureOrdered = false });

    private static void LinkSuccesses<T>(ISourceBlock<T?> from, ITargetBlock<T?> to)
        where T : class
    {
        from.LinkTo(to, new() { PropagateCompletion = true }, message => message is not null);
        from.LinkTo(DataflowBlock.NullTarget<T?>());
    }
}
