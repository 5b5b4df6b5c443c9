using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Dataflow;
using CrStream.Abstractions;

namespace CrStream.Engine;

/// <summary>
/// An image with its layers taken off, as a stream that is read front to back.
/// </summary>
/// <remarks>
/// <para>
/// A loop, the feed, reads blocks from the source into a buffer. At each layer the first bytes are looked at: if they
/// are a stage's magic, the buffer is linked to that stage's reader graph, and the graph to the next buffer; if they are
/// the image's, the buffer is what this stream reads. Each buffer and graph has a bounded capacity, so a reader that
/// stops reading stops the feed. All waiting is for the part before (there is nothing to take) or the part behind
/// (there is no room), in one line that begins at the source and ends at whoever reads; so there is no deadlock.
/// </para>
/// <para>
/// What fails takes the whole line with it, and a read throws the exception that was the first. Bytes that came
/// before may be lost then: nobody is to act on an image before its end anyway.
/// </para>
/// <para>The source is not owned; it is to be disposed of after this stream.</para>
/// </remarks>
public sealed class PeeledStream : Stream
{
    /// <summary>The most layers around an image: more than anybody needs, few enough to bound memory against a nest of containers.</summary>
    private const int MaxLayers = 8;

    /// <summary>Blocks between two layers: one that is read and one ready behind it.</summary>
    private const int BufferCapacity = 2;

    /// <summary>How long to wait for a source to give up a read; a pipe's read cannot be taken back.</summary>
    private static readonly TimeSpan SourceGrace = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource stop = new();
    private readonly List<string> layers = [];
    private readonly BufferBlock<Block> first = NewBuffer();
    private readonly Task feed;
    private readonly CancellationTokenRegistration canceled;
    private BlockReader reader;
    private volatile IDataflowBlock last;
    private Exception? failure;

    private PeeledStream(IImageSource source, CancellationToken cancellation)
    {
        last = first;
        reader = new BlockReader(first);
        canceled = cancellation.Register(() => Fail(new OperationCanceledException(cancellation)));
        feed = Task.Run(() => FeedAsync(source), CancellationToken.None);
    }

    /// <summary>The stages that were peeled off, from the outermost to the image.</summary>
    public IReadOnlyList<string> Layers => layers;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <summary>How many bytes of the image were read; cannot be set.</summary>
    public override long Position
    {
        get => reader.Offset;
        set => throw new NotSupportedException();
    }

    /// <summary>Peels layer after layer by their magics until the image's own appears.</summary>
    /// <param name="source">The image as it is stored. It must outlive the stream.</param>
    /// <param name="stages">The stages that are loaded.</param>
    /// <param name="settings">Keys and parallelism for them.</param>
    /// <param name="cancellation">Ends the stream at any time with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ImageException">No loaded stage knows what is there, or a layer is broken.</exception>
    /// <exception cref="UsageException">The keys do not open a layer.</exception>
    /// <exception cref="StoreException">The source cannot be read.</exception>
    public static async ValueTask<PeeledStream> OpenAsync(IImageSource source, IReadOnlyList<IStage> stages, StageSettings settings, CancellationToken cancellation)
    {
        var stream = new PeeledStream(source, cancellation);
        try
        {
            while (await stream.FindStageAsync(stages) is { } stage) await stream.PeelAsync(stage, settings);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await reader.ReadSomeAsync(buffer);
        }
        catch (Exception exception)
        {
            throw Rethrow(exception);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <summary>Stops reading, and waits until the source is let go.</summary>
    public override async ValueTask DisposeAsync()
    {
        await canceled.DisposeAsync();
        Fail(new ObjectDisposedException(nameof(PeeledStream)));

        // A block that was completed before the fault takes no fault: it ends only when what is left in it has been taken.
        using (((ISourceBlock<Block>)last).LinkTo(new ActionBlock<Block>(block => block.Dispose())))
        {
            await last.Completion.ContinueWith(_ => { }, TaskScheduler.Default);
        }

        await Task.WhenAny(feed, Task.Delay(SourceGrace));
        reader.Dispose();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) Fail(new ObjectDisposedException(nameof(PeeledStream)));
        base.Dispose(disposing);
    }

    private async ValueTask<IStage?> FindStageAsync(IReadOnlyList<IStage> stages)
    {
        var longest = stages.Select(stage => stage.Magic.Length).Append(ImageMagic.Bytes.Length).Max();
        var seen = await PeekAsync(longest);
        if (seen.Span.StartsWith(ImageMagic.Bytes)) return null;
        var stage = stages.FirstOrDefault(stage => seen.Span.StartsWith(stage.Magic.Span));
        if (stage is null) throw ImageMagic.Unknown(seen.Span, layers, stages);
        if (layers.Count == MaxLayers) throw new ImageException(0, $"there are more than {MaxLayers} layers around the image", stage.Name);
        return stage;
    }

    private async Task PeelAsync(IStage stage, StageSettings settings)
    {
        layers.Add(stage.Name);
        var graph = stage.CreateReader(settings);
        var next = NewBuffer();
        StageGraph.Link(graph, next);
        await reader.ForwardAsync(graph);
        reader.Dispose();
        reader = new BlockReader(next);
        last = next;
        if (failure is { } exception) last.Fault(exception);
    }

    private async Task FeedAsync(IImageSource source)
    {
        try
        {
            while (true)
            {
                var block = Block.Rent();
                block.Length = await source.ReadAsync(block.Buffer, stop.Token);
                if (block.Length > 0 && await first.SendAsync(block)) continue;
                block.Dispose();
                break;
            }

            first.Complete();
        }
        catch (Exception exception)
        {
            ((IDataflowBlock)first).Fault(exception);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count)
    {
        try
        {
            return await reader.PeekAsync(count);
        }
        catch (Exception exception)
        {
            throw Rethrow(exception);
        }
    }

    /// <summary>Throws what was first, with its own stack; what is returned is for the compiler only.</summary>
    private Exception Rethrow(Exception exception)
    {
        ExceptionDispatchInfo.Throw(failure ?? StageGraph.Unwrap(last.Completion.Exception ?? exception));
        return exception;
    }

    private void Fail(Exception exception)
    {
        Interlocked.CompareExchange(ref failure, exception, null);
        last.Fault(exception);
        ((IDataflowBlock)first).Fault(exception);
        stop.Cancel();
    }

    private static BufferBlock<Block> NewBuffer() => new(new DataflowBlockOptions { BoundedCapacity = BufferCapacity });
}
