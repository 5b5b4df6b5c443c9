using System.Security.Cryptography;
using NSec.Cryptography;

namespace CrStream.Age;

/// <summary>The 16 random bytes that each recipient gets wrapped, and what is derived from them. Zeroed when disposed of.</summary>
internal sealed class FileKey : IDisposable
{
    public const int Length = 16;

    /// <summary>What wraps it is ChaCha20-Poly1305 with a nonce of zeros: each wrapping key is used once.</summary>
    public const int WrappedLength = Length + 16;

    private static readonly byte[] WrappingNonce = new byte[12];
    private readonly byte[] bytes;

    private FileKey(byte[] bytes) => this.bytes = bytes;

    public static FileKey Create()
    {
        var key = new FileKey(GC.AllocateArray<byte>(Length, pinned: true));
        RandomNumberGenerator.Fill(key.bytes);
        return key;
    }

    /// <summary>Unwraps a key; null where the wrapping key is not the one.</summary>
    public static FileKey? Unwrap(Key wrappingKey, ReadOnlySpan<byte> wrapped)
    {
        var key = new FileKey(GC.AllocateArray<byte>(Length, pinned: true));
        return AeadAlgorithm.ChaCha20Poly1305.Decrypt(wrappingKey, WrappingNonce, default, wrapped, key.bytes) ? key : null;
    }

    public byte[] Wrap(Key wrappingKey) => AeadAlgorithm.ChaCha20Poly1305.Encrypt(wrappingKey, WrappingNonce, default, bytes);

    public byte[] Mac(ReadOnlySpan<byte> header)
    {
        using var key = MacKey();
        return MacAlgorithm.HmacSha256.Mac(key, header);
    }

    public bool VerifyMac(ReadOnlySpan<byte> header, ReadOnlySpan<byte> mac)
    {
        using var key = MacKey();
        return MacAlgorithm.HmacSha256.Verify(key, header, mac);
    }

    public PayloadCipher Payload(ReadOnlySpan<byte> nonce)
    {
        Span<byte> key = stackalloc byte[PayloadCipher.KeyLength];
        KeyDerivationAlgorithm.HkdfSha256.DeriveBytes(bytes, nonce, "payload"u8, key);
        try
        {
            return new PayloadCipher(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(bytes);

    private Key MacKey() => KeyDerivationAlgorithm.HkdfSha256.DeriveKey(bytes, default, "header"u8, MacAlgorithm.HmacSha256);
}
