using System.Threading.Tasks.Dataflow;

namespace CrStream.Abstractions;

/// <summary>
/// A layer around the image: compression, encryption, a signature. Its container begins with a magic, so that a reader
/// finds out by itself how to peel it. Made once, by its parameterless constructor; it may keep no state, since
/// several images are made at once.
/// </summary>
/// <remarks>
/// Both graphs take and give blocks of any length, at their own boundaries, and must have a bounded capacity. A graph
/// that fails faults its completion with an <see cref="ImageException"/> for bad input or a
/// <see cref="UsageException"/> for a key that does not open it. A reader gives no byte before it is authenticated
/// (where the container can do that), and tells a stream that was cut off from one that has bytes behind its end.
/// </remarks>
public interface IStage
{
    /// <summary>The stage's name, as in <c>--compress lz4</c>.</summary>
    string Name { get; }

    /// <summary>The bytes that its container begins with.</summary>
    ReadOnlyMemory<byte> Magic { get; }

    /// <summary>The graph that wraps a stream.</summary>
    IPropagatorBlock<Block, Block> CreateWriter(StageSettings settings);

    /// <summary>The graph that unwraps a stream.</summary>
    IPropagatorBlock<Block, Block> CreateReader(StageSettings settings);
}
