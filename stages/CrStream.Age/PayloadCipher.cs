using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace CrStream.Age;

/// <summary>
/// Seals and opens the payload's chunks. A chunk's nonce is its number, 11 bytes big-endian, and a byte that is 1 for
/// the last chunk only. Safe for several threads.
/// </summary>
/// <remarks>
/// This is the one place with the platform's ChaCha20-Poly1305 (OpenSSL) instead of NSec's (libsodium): it is three
/// times as fast, 4.6 against 1.5 GB/s a core. An instance serves one thread at a time, so each worker takes one out of
/// a bag and puts it back.
/// </remarks>
internal sealed class PayloadCipher : IDisposable
{
    public const int KeyLength = 32;
    public const int TagLength = 16;
    public const int NonceLength = 16;

    /// <summary>A chunk's plain text, in bytes; the last may be shorter.</summary>
    public const int PlainLength = 64 << 10;

    public const int SealedLength = PlainLength + TagLength;

    private readonly byte[] key = GC.AllocateArray<byte>(KeyLength, pinned: true);
    private readonly ConcurrentBag<ChaCha20Poly1305> ciphers = [];

    public PayloadCipher(ReadOnlySpan<byte> key) => key.CopyTo(this.key);

    /// <summary>Encrypts a chunk and puts its tag behind it.</summary>
    public void Seal(long number, bool isLast, ReadOnlySpan<byte> plain, Span<byte> target)
    {
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce, number, isLast);
        var cipher = Take();
        cipher.Encrypt(nonce, plain, target[..plain.Length], target.Slice(plain.Length, TagLength));
        ciphers.Add(cipher);
    }

    /// <summary>Decrypts a chunk; false where the tag does not match, and then nothing is given away.</summary>
    public bool Open(long number, bool isLast, ReadOnlySpan<byte> chunk, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce, number, isLast);
        var cipher = Take();
        try
        {
            cipher.Decrypt(nonce, chunk[..^TagLength], chunk[^TagLength..], plain);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            ciphers.Add(cipher);
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(key);
        foreach (var cipher in ciphers) cipher.Dispose();
    }

    private static void WriteNonce(Span<byte> nonce, long number, bool isLast)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[3..], number);
        nonce[11] = isLast ? (byte)1 : (byte)0;
    }

    private ChaCha20Poly1305 Take() => ciphers.TryTake(out var cipher) ? cipher : new ChaCha20Poly1305(key);
}
