using CrStream.Abstractions;
using NSec.Cryptography;

namespace CrStream.Age;

/// <summary>What the user has to open an image with.</summary>
internal sealed class Unwrapping : IDisposable
{
    private readonly IReadOnlyList<Key> identities;
    private readonly ReadOnlyMemory<byte>? passphrase;

    private Unwrapping(StageSettings settings)
    {
        identities = [.. settings.Identities.SelectMany(X25519Text.ParseIdentities)];
        passphrase = settings.Passphrase;
    }

    /// <exception cref="UsageException">An identity is none.</exception>
    public static Unwrapping For(StageSettings settings) => new(settings);

    /// <summary>The file key. Takes a second with a passphrase.</summary>
    /// <exception cref="UsageException">Nothing that the user gave opens it.</exception>
    /// <exception cref="ImageException">A stanza is not well-formed.</exception>
    public FileKey Unwrap(Header header)
    {
        if (header.Stanzas.FirstOrDefault(stanza => stanza.Kind == ScryptWrap.Kind) is { } scrypt) return UnwrapScrypt(header, scrypt);

        foreach (var stanza in header.Stanzas.Where(stanza => stanza.Kind == X25519Wrap.Kind))
        {
            foreach (var identity in identities)
            {
                if (X25519Wrap.Unwrap(stanza, identity) is { } fileKey) return fileKey;
            }
        }

        var kinds = string.Join(", ", header.Stanzas.Select(stanza => stanza.Kind).Distinct());
        throw new UsageException(
            identities.Count == 0
                ? $"the image is encrypted to a recipient ({kinds}), and no identity was given"
                : $"the image is encrypted to somebody else ({kinds}): none of the {identities.Count} identities opens it",
            "give the secret key with --identity FILE");
    }

    public void Dispose()
    {
        foreach (var identity in identities) identity.Dispose();
    }

    private FileKey UnwrapScrypt(Header header, Stanza stanza)
    {
        if (header.Stanzas.Count > 1) throw new ImageException(stanza.Offset, "a scrypt stanza is not alone", AgeStage.LayerName);
        if (passphrase is not { } phrase) throw new UsageException("the image is encrypted with a passphrase, and none was given", "give it with --passphrase-file FILE");
        return ScryptWrap.Unwrap(stanza, phrase.Span)
            ?? throw new UsageException("the passphrase is wrong", "check the file that --passphrase-file names; a newline at its end does not count");
    }
}
