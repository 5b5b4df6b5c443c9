using System.Threading.Tasks.Dataflow;
using CrStream.Abstractions;

namespace CrStream.Lz4;

/// <summary>
/// The LZ4 frame, as lz4_Frame_format.md of the lz4 project has it: <c>lz4 -d</c> opens what it writes. Written with
/// independent blocks, so that they are worked on in parallel, and with a checksum for each. Read is any single frame
/// with independent blocks and without a dictionary.
/// </summary>
public sealed class Lz4Stage : IStage
{
    /// <summary>The stage's name.</summary>
    internal const string LayerName = "lz4";

    /// <inheritdoc/>
    public string Name => LayerName;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Magic { get; } = FrameHeader.Magic.ToArray();

    /// <inheritdoc/>
    public IPropagatorBlock<Block, Block> CreateWriter(StageSettings settings) => StageGraph.Create(new FrameWriter(), settings);

    /// <inheritdoc/>
    public IPropagatorBlock<Block, Block> CreateReader(StageSettings settings)
    {
        var reader = new FrameReader();
        return StageGraph.Create(reader, settings, reader.Check);
    }
}
