namespace CrStream.Abstractions;

/// <summary>What stages are told: how parallel to be, and the keys that the user gave.</summary>
public sealed record StageSettings
{
    /// <summary>How many blocks are worked on at once; the number of processors unless told.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Public keys that the image is encrypted to, such as <c>age1...</c>.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>The contents of the user's identity files, which hold secret keys.</summary>
    public IReadOnlyList<string> Identities { get; init; } = [];

    /// <summary>The passphrase, as bytes; null where none was given.</summary>
    public ReadOnlyMemory<byte>? Passphrase { get; init; }
}
