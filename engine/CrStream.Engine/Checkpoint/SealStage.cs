using System.Threading.Tasks.Dataflow;
using CrStream.Abstractions;
using CrStream.Image;

namespace CrStream.Engine.Checkpoint;

/// <summary>
/// The innermost layer of every image: hashes the serializer's blocks on their way, while the next pages are read, and
/// puts the terminator behind the last one. One image each; its number of objects is known when the chain is completed.
/// </summary>
internal sealed class SealStage : IStage
{
    /// <summary>Blocks between the serializer and the hash: one being hashed and one ready behind it.</summary>
    private const int Capacity = 2;

    /// <summary>How many objects the image has; set before the chain is completed.</summary>
    public ulong Objects { get; set; }

    /// <inheritdoc/>
    public string Name => "seal";

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Magic => ImageHeader.Magic.ToArray();

    /// <inheritdoc/>
    public IPropagatorBlock<Block, Block> CreateWriter(StageSettings settings)
    {
        var seal = new ImageSeal();
        var output = new BufferBlock<Block>(new() { BoundedCapacity = Capacity });
        var input = new ActionBlock<Block>(
            async block =>
            {
                seal.Append(block.Bytes.Span);
                if (!await output.SendAsync(block))
                {
                    block.Dispose();
                }
            },
            new() { BoundedCapacity = Capacity, SingleProducerConstrained = true });
        input.Completion.ContinueWith(
            async completed =>
            {
                if (completed.IsFaulted)
                {
                    ((IDataflowBlock)output).Fault(completed.Exception!);
                    return;
                }

                await output.SendAsync(Block.Copy(seal.MakeTerminator(Objects)));
                output.Complete();
            },
            TaskScheduler.Default);
        return DataflowBlock.Encapsulate(input, output);
    }

    /// <inheritdoc/>
    public IPropagatorBlock<Block, Block> CreateReader(StageSettings settings) =>
        throw new NotSupportedException("the image's own reader checks the seal");
}
