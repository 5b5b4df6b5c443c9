using System.Globalization;
using System.Security.Cryptography;
using CrStream.Abstractions;
using NSec.Cryptography;

namespace CrStream.Age;

/// <summary>Wraps a file key with a passphrase: <c>-> scrypt SALT LOGN</c>.</summary>
internal static class ScryptWrap
{
    public const string Kind = "scrypt";

    /// <summary>The highest work factor that is accepted, so that a hostile image costs no more than 4 GiB and some seconds.</summary>
    public const int MaxWorkFactor = 22;

    private const int SaltLength = 16;

    public static Stanza Wrap(FileKey fileKey, ReadOnlySpan<byte> passphrase, int workFactor)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        using var wrappingKey = WrappingKey(passphrase, salt, workFactor);
        return new Stanza([Kind, RawBase64.Encode(salt), workFactor.ToString(CultureInfo.InvariantCulture)], fileKey.Wrap(wrappingKey));
    }

    /// <summary>The file key; null where the passphrase is another.</summary>
    /// <exception cref="ImageException">The stanza is not well-formed, or asks for too much work.</exception>
    public static FileKey? Unwrap(Stanza stanza, ReadOnlySpan<byte> passphrase)
    {
        if (stanza.Arguments is not [_, var saltText, var factorText] || RawBase64.Decode(saltText) is not { Length: SaltLength } salt || stanza.Body.Length != FileKey.WrappedLength
            || factorText[0] == '0' || !int.TryParse(factorText, NumberStyles.None, CultureInfo.InvariantCulture, out var workFactor))
            throw new ImageException(stanza.Offset, "the scrypt stanza is not well-formed", AgeStage.LayerName);
        if (workFactor > MaxWorkFactor)
            throw new ImageException(stanza.Offset, $"scrypt work factor {workFactor} is over the limit of {MaxWorkFactor}", AgeStage.LayerName);
        using var wrappingKey = WrappingKey(passphrase, salt, workFactor);
        return FileKey.Unwrap(wrappingKey, stanza.Body.Span);
    }

    private static Key WrappingKey(ReadOnlySpan<byte> passphrase, byte[] salt, int workFactor)
    {
        Span<byte> key = stackalloc byte[PayloadCipher.KeyLength];
        try
        {
            Scrypt.DeriveKey(passphrase, [.. "age-encryption.org/v1/scrypt"u8, .. salt], workFactor, key);
            return Key.Import(AeadAlgorithm.ChaCha20Poly1305, key, KeyBlobFormat.RawSymmetricKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
