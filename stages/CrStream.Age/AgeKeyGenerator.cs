using System.Security.Cryptography;
using CrStream.Abstractions;
using NSec.Cryptography;

namespace CrStream.Age;

/// <summary>Makes X25519 keys in the text form of <c>age-keygen</c>.</summary>
public sealed class AgeKeyGenerator : IKeyGenerator
{
    /// <inheritdoc/>
    public string Name => AgeStage.LayerName;

    /// <inheritdoc/>
    public KeyPair Generate()
    {
        using var key = Key.Create(KeyAgreementAlgorithm.X25519, new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        var secret = key.Export(KeyBlobFormat.RawPrivateKey);
        try
        {
            return new KeyPair(X25519Text.Identity(secret), X25519Text.Recipient(key.PublicKey));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
