using CrStream.Abstractions;
using NSec.Cryptography;

namespace CrStream.Age;

/// <summary>
/// Wraps a file key for an X25519 recipient: <c>-> X25519 SHARE</c>, where the share is a fresh public key, and the
/// wrapping key comes from what its secret half and the recipient agree on.
/// </summary>
internal static class X25519Wrap
{
    public const string Kind = "X25519";
    private const int ShareLength = 32;

    public static Stanza Wrap(FileKey fileKey, PublicKey recipient)
    {
        using var ephemeral = Key.Create(KeyAgreementAlgorithm.X25519);
        var share = ephemeral.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        using var wrappingKey = WrappingKey(ephemeral, recipient, share, recipient)
            ?? throw new UsageException($"the recipient {X25519Text.Recipient(recipient)} is a point of low order", "ask its owner for another public key");
        return new Stanza([Kind, RawBase64.Encode(share)], fileKey.Wrap(wrappingKey));
    }

    /// <summary>The file key; null where the stanza is for somebody else.</summary>
    /// <exception cref="ImageException">The stanza is not well-formed.</exception>
    public static FileKey? Unwrap(Stanza stanza, Key identity)
    {
        if (stanza.Arguments is not [_, var text] || RawBase64.Decode(text) is not { Length: ShareLength } share || stanza.Body.Length != FileKey.WrappedLength
            || !PublicKey.TryImport(KeyAgreementAlgorithm.X25519, share, KeyBlobFormat.RawPublicKey, out var ephemeral))
            throw new ImageException(stanza.Offset, "the X25519 stanza is not well-formed", AgeStage.LayerName);
        using var wrappingKey = WrappingKey(identity, ephemeral!, share, identity.PublicKey)
            ?? throw new ImageException(stanza.Offset, "the X25519 stanza's share is a point of low order", AgeStage.LayerName);
        return FileKey.Unwrap(wrappingKey, stanza.Body.Span);
    }

    private static Key? WrappingKey(Key mine, PublicKey theirs, byte[] share, PublicKey recipient)
    {
        using var secret = KeyAgreementAlgorithm.X25519.Agree(mine, theirs);
        byte[] salt = [.. share, .. recipient.Export(KeyBlobFormat.RawPublicKey)];
        return secret is null ? null : KeyDerivationAlgorithm.HkdfSha256.DeriveKey(secret, salt, "age-encryption.org/v1/X25519"u8, AeadAlgorithm.ChaCha20Poly1305);
    }
}
