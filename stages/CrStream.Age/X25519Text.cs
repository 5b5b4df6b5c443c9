using System.Security.Cryptography;
using CrStream.Abstractions;
using NSec.Cryptography;

namespace CrStream.Age;

/// <summary>X25519 keys as text: <c>age1...</c> for a recipient, <c>AGE-SECRET-KEY-1...</c> for an identity.</summary>
internal static class X25519Text
{
    private const string RecipientPrefix = "age";
    private const string IdentityPrefix = "age-secret-key-";
    private const int KeyLength = 32;

    public static string Recipient(PublicKey key) => Bech32.Encode(RecipientPrefix, key.Export(KeyBlobFormat.RawPublicKey));

    public static string Identity(ReadOnlySpan<byte> secret) => Bech32.Encode(IdentityPrefix, secret).ToUpperInvariant();

    /// <exception cref="UsageException">The text is not a recipient.</exception>
    public static PublicKey ParseRecipient(string text)
        => Bech32.Decode(RecipientPrefix, text) is { Length: KeyLength } bytes && PublicKey.TryImport(KeyAgreementAlgorithm.X25519, bytes, KeyBlobFormat.RawPublicKey, out var key)
            ? key!
            : throw new UsageException($"\"{text}\" is not an age recipient", "give a public key that starts with age1, as crstream keygen or age-keygen prints it");

    /// <summary>The secret keys of an identity file: one a line, with empty lines and <c>#</c> comments between.</summary>
    /// <exception cref="UsageException">A line is something else. The message does not show it, since it may be a secret.</exception>
    public static IEnumerable<Key> ParseIdentities(string file)
    {
        var number = 0;
        foreach (var line in file.EnumerateLines())
        {
            number++;
            if (line is "" || line[0] == '#') continue;
            yield return ParseIdentity(line)
                ?? throw new UsageException($"line {number} of the identity file is not an age identity", "give a file with lines that start with AGE-SECRET-KEY-1, as crstream keygen or age-keygen writes it");
        }
    }

    private static IEnumerable<string> EnumerateLines(this string text) => text.Split('\n').Select(line => line.Trim());

    private static Key? ParseIdentity(string line)
    {
        if (Bech32.Decode(IdentityPrefix, line) is not { } bytes) return null;
        try
        {
            return bytes.Length == KeyLength ? Key.Import(KeyAgreementAlgorithm.X25519, bytes, KeyBlobFormat.RawPrivateKey) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
