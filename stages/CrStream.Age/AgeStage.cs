using System.Threading.Tasks.Dataflow;
using CrStream.Abstractions;

namespace CrStream.Age;

/// <summary>
/// The age v1 format (age-encryption.org/v1), to X25519 recipients or a scrypt passphrase: <c>age -d</c> opens what it
/// writes, and it opens what <c>age</c> wrote, unless that is armored or for another kind of recipient.
/// </summary>
public sealed class AgeStage : IStage
{
    /// <summary>The stage's name.</summary>
    internal const string LayerName = "age";

    /// <inheritdoc/>
    public string Name => LayerName;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Magic { get; } = Header.VersionLine.ToArray();

    /// <summary>The base-2 logarithm of scrypt's work factor for new images: about a second and 256 MiB, as age itself has it.</summary>
    internal int ScryptWorkFactor { get; init; } = 18;

    /// <inheritdoc/>
    /// <exception cref="UsageException">A key is none, there is none at all, or recipients and a passphrase are mixed.</exception>
    public IPropagatorBlock<Block, Block> CreateWriter(StageSettings settings)
        => StageGraph.Create(new Sealer(Wrapping.For(settings, ScryptWorkFactor)), settings);

    /// <inheritdoc/>
    /// <exception cref="UsageException">An identity is none.</exception>
    public IPropagatorBlock<Block, Block> CreateReader(StageSettings settings)
        => StageGraph.Create(new Opener(Unwrapping.For(settings)), settings);
}
