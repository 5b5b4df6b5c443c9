using System.Threading.Tasks.Dataflow;

namespace CrStream.Abstractions;

/// <summary>
/// The graph that most stages are, and how graphs are linked.
/// </summary>
/// <remarks>
/// <para>
/// A stage's graph is <c>input → cut → work</c>. The input is a buffer of blocks. One loop, the cut, reads it as a
/// stream and sends pieces of work to a transform block, which works on several at once and gives the results in
/// order. The loop blocks on the input when that is empty, and on the work when that is full; the work blocks when
/// nobody takes its results. Nobody waits for anything that stands before it, so there is no circle, and no deadlock.
/// </para>
/// <para>
/// A fault goes both ways: down, as the completion, and up, so that a sender that waits for room is let go. Blocks that
/// stand in a queue then are dropped with the queue. They are not given back to the pool, since a thread might still
/// be at work on them: an array that is lost to the pool is merely garbage, an array that is returned too early is
/// somebody else's data.
/// </para>
/// </remarks>
public static class StageGraph
{
    /// <summary>The most pieces worked on at once. It bounds the memory on large machines: 16 workers outrun any store.</summary>
    public const int MaxParallelism = 16;

    /// <summary>Blocks waiting before the cut: one to work on and one in reserve.</summary>
    private const int InputCapacity = 2;

    /// <summary>Pieces that are done but wait for their turn, beyond those in work, so that a slow piece stops no worker at once.</summary>
    private const int DoneCapacity = 2;

    private static readonly DataflowLinkOptions WithCompletion = new() { PropagateCompletion = true };

    /// <summary>Runs a stage's work as a graph.</summary>
    /// <param name="work">What it does; if it is disposable, the graph disposes of it when it has completed.</param>
    /// <param name="settings">How parallel to be.</param>
    /// <param name="inOrder">What is to be done to the results one after the other, or null.</param>
    public static IPropagatorBlock<Block, Block> Create<TPiece>(IStageWork<TPiece> work, StageSettings settings, Func<Block, Block>? inOrder = null)
        where TPiece : IDisposable
    {
        var degree = Math.Clamp(settings.Parallelism, 1, MaxParallelism);
        var input = new BufferBlock<Block>(new DataflowBlockOptions { BoundedCapacity = InputCapacity });
        var workers = Ordered<TPiece>(work.Transform, degree);
        var pump = Task.Run(() => PumpAsync(work, input, workers));
        FaultWith(workers, input);
        FaultWith(input, workers);
        Task.WhenAll(pump, workers.Completion).ContinueWith(_ => (work as IDisposable)?.Dispose(), TaskScheduler.Default);
        if (inOrder is null) return DataflowBlock.Encapsulate(input, workers);

        var last = Ordered(inOrder, 1);
        Link(workers, last);
        return DataflowBlock.Encapsulate(input, last);
    }

    /// <summary>Links two graphs: blocks and completion go down, and a fault goes both ways.</summary>
    public static void Link(ISourceBlock<Block> source, ITargetBlock<Block> target)
    {
        source.LinkTo(target, WithCompletion);
        FaultWith(target, source);
    }

    /// <summary>The exception that a block failed with, out of the wrappings that dataflow puts around it.</summary>
    public static Exception Unwrap(Exception exception)
        => exception is AggregateException several && several.Flatten().InnerExceptions is [var first, ..] ? first : exception;

    private static TransformBlock<TPiece, Block> Ordered<TPiece>(Func<TPiece, Block> transform, int degree)
    {
        TransformBlock<TPiece, Block>? block = null;
        return block = new TransformBlock<TPiece, Block>(Transform, new ExecutionDataflowBlockOptions
        {
            MaxDegreeOfParallelism = degree,
            EnsureOrdered = true,
            BoundedCapacity = degree + DoneCapacity,
            SingleProducerConstrained = true,
        });

        // Dataflow takes a cancellation as "no result for this one" and goes on, which would leave a hole.
        Block Transform(TPiece piece)
        {
            // A source that fails while it offers a block may offer nothing instead: its failure is on the way behind it.
            if (piece is null) throw new OperationCanceledException("the source has failed");
            try
            {
                return transform(piece);
            }
            catch (OperationCanceledException canceled)
            {
                ((IDataflowBlock)block!).Fault(canceled);
                throw;
            }
        }
    }

    private static async Task PumpAsync<TPiece>(IStageWork<TPiece> work, BufferBlock<Block> input, TransformBlock<TPiece, Block> workers)
        where TPiece : IDisposable
    {
        using var reader = new BlockReader(input);
        try
        {
            await foreach (var piece in work.CutAsync(reader))
            {
                if (await workers.SendAsync(piece)) continue;
                piece.Dispose();
                return;
            }

            workers.Complete();
        }
        catch (Exception exception)
        {
            ((IDataflowBlock)workers).Fault(Unwrap(exception));
        }
    }

    private static void FaultWith(IDataflowBlock failing, IDataflowBlock other) => failing.Completion.ContinueWith(
        completion => other.Fault(completion.Exception is { } exception ? Unwrap(exception) : new TaskCanceledException(completion)),
        CancellationToken.None, TaskContinuationOptions.NotOnRanToCompletion, TaskScheduler.Default);
}
