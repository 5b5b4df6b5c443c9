namespace CrStream.Abstractions;

/// <summary>A stretch of a stream, cut to a fixed size; the last one may be shorter, and is empty only if the stream is.</summary>
/// <param name="Block">Its bytes. Whoever holds the piece owns the block.</param>
/// <param name="Index">Which piece it is, from 0.</param>
/// <param name="IsLast">Whether the stream ends with it.</param>
public readonly record struct Piece(Block Block, long Index, bool IsLast) : IDisposable
{
    /// <summary>Gives the block back.</summary>
    public void Dispose() => Block.Dispose();
}
