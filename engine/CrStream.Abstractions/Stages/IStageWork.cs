namespace CrStream.Abstractions;

/// <summary>
/// What a stage does to one stream, as <see cref="StageGraph"/> runs it: cut the stream into pieces, one after the
/// other, and work on the pieces, several at once. If it is disposable, it is disposed of when nothing of it runs any more.
/// </summary>
/// <typeparam name="TPiece">A piece of work; it owns the blocks that it holds.</typeparam>
public interface IStageWork<TPiece>
    where TPiece : IDisposable
{
    /// <summary>Cuts the stream. Reads it to its end, so that what stands behind the container is noticed.</summary>
    IAsyncEnumerable<TPiece> CutAsync(BlockReader input);

    /// <summary>Turns a piece into bytes of the output. Called by several threads at once; owns the piece, also when it throws.</summary>
    Block Transform(TPiece piece);
}
