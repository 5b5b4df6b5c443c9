using System.Security.Cryptography;
using CrStream.Abstractions;

namespace CrStream.Age;

/// <summary>Writes an age file: the header and the nonce before the first piece, and the payload chunk by chunk.</summary>
internal sealed class Sealer(Wrapping wrapping) : IStageWork<Piece>, IDisposable
{
    /// <summary>Chunks in a piece: one message for each chunk would cost more than it needs, and 16 make a usual block.</summary>
    internal const int ChunksPerPiece = Block.UsualCapacity / PayloadCipher.PlainLength;

    private const int PieceLength = ChunksPerPiece * PayloadCipher.PlainLength;

    private byte[] start = [];
    private PayloadCipher? cipher;

    public async IAsyncEnumerable<Piece> CutAsync(BlockReader input)
    {
        Start();
        await foreach (var piece in input.CutAsync(PieceLength)) yield return piece;
    }

    public Block Transform(Piece piece)
    {
        using var plain = piece.Block;
        var prefix = piece.Index == 0 ? start : [];
        var result = Block.Rent(prefix.Length + plain.Length + (ChunksPerPiece * PayloadCipher.TagLength));
        prefix.CopyTo(result.Buffer);
        result.Length = prefix.Length;

        var rest = plain.Bytes.Span;
        var number = piece.Index * ChunksPerPiece;
        do
        {
            var chunk = rest[..Math.Min(PayloadCipher.PlainLength, rest.Length)];
            rest = rest[chunk.Length..];
            cipher!.Seal(number++, piece.IsLast && rest.IsEmpty, chunk, result.Buffer.Span[result.Length..]);
            result.Length += chunk.Length + PayloadCipher.TagLength;
        }
        while (!rest.IsEmpty);
        return result;
    }

    public void Dispose() => cipher?.Dispose();

    private void Start()
    {
        using var fileKey = FileKey.Create();
        var nonce = RandomNumberGenerator.GetBytes(PayloadCipher.NonceLength);
        start = [.. Header.Write(wrapping.Wrap(fileKey), fileKey), .. nonce];
        cipher = fileKey.Payload(nonce);
    }
}
