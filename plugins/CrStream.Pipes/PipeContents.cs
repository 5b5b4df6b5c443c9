namespace CrStream.Pipes;

/// <summary>Whether the boundaries between a pipe's writes matter to its readers.</summary>
internal enum PipeContentKind
{
    /// <summary>They do not.</summary>
    Stream,

    /// <summary>Each piece is a packet: a read ends at its end and throws away what it does not take.</summary>
    Packets,

    /// <summary>A single byte, which tells nothing; the writers' flags decide.</summary>
    OneByte,
}

/// <summary>What stands in a pipe.</summary>
/// <param name="Capacity">How many bytes it holds (F_GETPIPE_SZ).</param>
/// <param name="Kind">What the pieces are.</param>
/// <param name="Pieces">A packet each, or all in one.</param>
internal sealed record PipeContents(int Capacity, PipeContentKind Kind, IReadOnlyList<byte[]> Pieces)
{
    internal int Length => Pieces.Sum(piece => piece.Length);
}
