using CrStream.Abstractions;
using NSec.Cryptography;

namespace CrStream.Age;

/// <summary>Who an image is encrypted to: recipients, or a passphrase alone, which the format does not let be mixed.</summary>
internal sealed class Wrapping
{
    private readonly IReadOnlyList<PublicKey> recipients;
    private readonly ReadOnlyMemory<byte>? passphrase;
    private readonly int workFactor;

    private Wrapping(StageSettings settings, int workFactor)
    {
        recipients = [.. settings.Recipients.Select(X25519Text.ParseRecipient)];
        passphrase = settings.Passphrase;
        this.workFactor = workFactor;
    }

    /// <exception cref="UsageException">Nobody is named, or a recipient is none, or recipients and a passphrase are mixed.</exception>
    public static Wrapping For(StageSettings settings, int workFactor) => (settings.Recipients.Count, settings.Passphrase) switch
    {
        (0, null) => throw new UsageException("age has nobody to encrypt to", "give --encrypt-to age1... or --passphrase-file FILE"),
        ( > 0, not null) => throw new UsageException("an image is encrypted either to recipients or with a passphrase", "leave out --encrypt-to or --passphrase-file"),
        (_, { IsEmpty: true }) => throw new UsageException("the passphrase is empty", "write one into the file that --passphrase-file names"),
        _ => new Wrapping(settings, workFactor),
    };

    /// <summary>The header's stanzas. Takes a second with a passphrase.</summary>
    public IEnumerable<Stanza> Wrap(FileKey fileKey)
        => passphrase is { } phrase ? [ScryptWrap.Wrap(fileKey, phrase.Span, workFactor)] : recipients.Select(recipient => X25519Wrap.Wrap(fileKey, recipient));
}
