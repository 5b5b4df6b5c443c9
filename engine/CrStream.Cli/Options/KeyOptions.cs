using System.CommandLine;
using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>The options that open an encrypted image.</summary>
internal sealed class KeyOptions
{
    private readonly Option<string[]> identities = new("--identity", "-i")
    {
        Description = "A file with secret keys that open the image; several may be given",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> passphrase = NewPassphraseFile("A file with the passphrase that opens the image");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(identities);
        command.Options.Add(passphrase);
    }

    /// <summary>Reads the files.</summary>
    public StageSettings Read(ParseResult parsed) => new()
    {
        Identities = [.. parsed.GetValue(identities)!.Select(path => SecretFile.ReadText(path, "identity file"))],
        Passphrase = parsed.GetValue(passphrase) is { } path ? SecretFile.ReadPassphrase(path) : default(ReadOnlyMemory<byte>?),
    };

    /// <summary>The option that names a passphrase file.</summary>
    public static Option<string?> NewPassphraseFile(string description) => new("--passphrase-file") { Description = description, HelpName = "FILE" };
}
