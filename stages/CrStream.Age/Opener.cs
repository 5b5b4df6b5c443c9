using CrStream.Abstractions;

namespace CrStream.Age;

/// <summary>
/// Reads an age file: the header is parsed, unwrapped and verified before the first chunk, and of the payload no byte is
/// given before its chunk's tag matched.
/// </summary>
internal sealed class Opener(Unwrapping unwrapping) : IStageWork<Piece>, IDisposable
{
    private const int PieceLength = Sealer.ChunksPerPiece * PayloadCipher.SealedLength;

    private PayloadCipher? cipher;
    private long payloadStart;

    public async IAsyncEnumerable<Piece> CutAsync(BlockReader input)
    {
        var header = await new HeaderParser(input).ParseAsync();
        using var fileKey = unwrapping.Unwrap(header);
        header.Verify(fileKey);
        var nonce = new byte[PayloadCipher.NonceLength];
        if (await input.ReadAsync(nonce) < nonce.Length) throw Refusal(input.Offset, "the stream is cut off in the payload's nonce");
        cipher = fileKey.Payload(nonce);
        payloadStart = input.Offset;
        await foreach (var piece in input.CutAsync(PieceLength)) yield return piece;
    }

    public Block Transform(Piece piece)
    {
        using var crypt = piece.Block;
        var plain = Block.Rent(crypt.Length);
        var rest = crypt.Bytes.Span;
        var number = piece.Index * Sealer.ChunksPerPiece;
        do
        {
            var chunk = rest[..Math.Min(PayloadCipher.SealedLength, rest.Length)];
            rest = rest[chunk.Length..];
            Open(number++, piece.IsLast && rest.IsEmpty, chunk, plain);
        }
        while (!rest.IsEmpty);
        return plain;
    }

    public void Dispose()
    {
        cipher?.Dispose();
        unwrapping.Dispose();
    }

    /// <summary>Appends a chunk's plain text. What does not open is tried with the mark the other way, to tell why.</summary>
    private void Open(long number, bool isLast, ReadOnlySpan<byte> chunk, Block plain)
    {
        var offset = payloadStart + (number * PayloadCipher.SealedLength);
        if (chunk.Length < PayloadCipher.TagLength) throw Refusal(offset, "the stream is cut off in the last chunk");
        var target = plain.Buffer.Span.Slice(plain.Length, chunk.Length - PayloadCipher.TagLength);
        if (!cipher!.Open(number, isLast, chunk, target))
        {
            if (!cipher.Open(number, !isLast, chunk, target)) throw Refusal(offset, "the chunk was changed, or the stream is cut off in it: its tag does not match");
            throw isLast
                ? Refusal(offset + chunk.Length, "the stream is cut off: its last chunk is not marked as the last")
                : Refusal(offset + chunk.Length, "there are bytes behind the last chunk");
        }

        if (target.IsEmpty && number > 0) throw Refusal(offset, "the last chunk is empty");
        plain.Length += target.Length;
    }

    private static ImageException Refusal(long offset, string message) => new(offset, message, AgeStage.LayerName);
}
