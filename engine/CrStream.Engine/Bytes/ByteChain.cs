using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Dataflow;
using CrStream.Abstractions;

namespace CrStream.Engine;

/// <summary>
/// The way of an image's bytes into a store: serializer → stages → sink.
/// </summary>
/// <remarks>
/// <para>
/// The serializer sends blocks to the first stage, each stage's graph passes blocks on to the next one, and the last
/// block of the chain, the writer, puts them into the sink, one after the other. Each of them has a bounded capacity, so
/// a slow sink fills the writer, the writer fills the last stage, and in the end <see cref="SendAsync"/> waits. The waiting
/// goes one way only, towards the sink, and the sink waits for nobody in the chain; so there is no deadlock.
/// </para>
/// <para>
/// What fails takes the whole chain with it: the links carry a fault down and up, a write that is under way is
/// canceled, and a waiting <see cref="SendAsync"/> comes back with the exception that was the first. The same happens
/// when the chain is canceled or disposed of before its end.
/// </para>
/// <para>
/// Who sends a block gives it away, also when sending fails. The chain commits nothing, and does not own the sink.
/// </para>
/// </remarks>
public sealed class ByteChain : IAsyncDisposable
{
    /// <summary>Blocks waiting for the sink: one that is written, one ready behind it, and two to even out the stages' bursts.</summary>
    private const int WriterCapacity = 4;

    private readonly IImageSink sink;
    private readonly CancellationTokenSource stop = new();
    private readonly ITargetBlock<Block> head;
    private readonly ActionBlock<Block> writer;
    private readonly CancellationTokenRegistration canceled;
    private Exception? failure;
    private long storedBytes;

    /// <summary>Links the chain.</summary>
    /// <param name="stages">The stages, from the image outwards; none for the bare image.</param>
    /// <param name="settings">What the stages are told.</param>
    /// <param name="sink">Where the bytes go; the caller commits and disposes of it.</param>
    /// <param name="cancellation">Ends the chain with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UsageException">A stage cannot work with the settings.</exception>
    public ByteChain(IReadOnlyList<IStage> stages, StageSettings settings, IImageSink sink, CancellationToken cancellation)
    {
        this.sink = sink;
        writer = new ActionBlock<Block>(WriteAsync, new ExecutionDataflowBlockOptions { BoundedCapacity = WriterCapacity });
        head = Link([.. stages.Select(stage => stage.CreateWriter(settings))]);
        canceled = cancellation.Register(() => Fail(new OperationCanceledException(cancellation)));
    }

    /// <summary>How many bytes the sink has taken.</summary>
    public long StoredBytes => Volatile.Read(ref storedBytes);

    /// <summary>Sends a block down the chain, which owns it from now on. Waits while the chain is full. One call at a time, which is the order.</summary>
    /// <exception cref="Exception">What the chain failed with.</exception>
    public async ValueTask SendAsync(Block block)
    {
        if (await head.SendAsync(block)) return;
        block.Dispose();
        await EndAsync();
        throw new InvalidOperationException("the chain is complete already");
    }

    /// <summary>Ends the stream, and waits until the sink has taken its last byte. The sink is not committed.</summary>
    /// <exception cref="Exception">What the chain failed with.</exception>
    public Task CompleteAsync()
    {
        head.Complete();
        return EndAsync();
    }

    /// <summary>Ends the chain, if need be in the middle, and waits until nobody uses the sink any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await canceled.DisposeAsync();
        Fail(new OperationCanceledException("the chain was given up"));
        await writer.Completion.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private ITargetBlock<Block> Link(IReadOnlyList<IPropagatorBlock<Block, Block>> graphs)
    {
        for (var i = 0; i < graphs.Count; i++)
        {
            StageGraph.Link(graphs[i], i + 1 < graphs.Count ? graphs[i + 1] : writer);

            graphs[i].Completion.ContinueWith(LetWriteGo, CancellationToken.None, TaskContinuationOptions.NotOnRanToCompletion, TaskScheduler.Default);
        }

        return graphs is [var first, ..] ? first : writer;
    }

    /// <summary>A stage has failed: a write that takes long is not waited for.</summary>
    private void LetWriteGo(Task completion) => Stop(completion.Exception is { } exception ? StageGraph.Unwrap(exception) : new TaskCanceledException(completion));

    private async Task WriteAsync(Block block)
    {
        using (block)
        {
            try
            {
                await sink.WriteAsync(block.Bytes, stop.Token);
            }
            catch (OperationCanceledException exception)
            {
                // Dataflow takes a cancellation for a success.
                Fault(writer, failure ?? exception);
                return;
            }

            Interlocked.Add(ref storedBytes, block.Length);
        }
    }

    private async Task EndAsync()
    {
        try
        {
            await writer.Completion;
        }
        catch (Exception exception)
        {
            ExceptionDispatchInfo.Throw(failure ?? StageGraph.Unwrap(writer.Completion.Exception ?? exception));
        }
    }

    private void Fail(Exception exception)
    {
        Stop(exception);
        Fault(writer, exception);
        Fault(head, exception);
    }

    private void Stop(Exception exception)
    {
        Interlocked.CompareExchange(ref failure, exception, null);
        stop.Cancel();
    }

    private static void Fault(IDataflowBlock block, Exception exception) => block.Fault(exception);
}
