namespace CrStream.Abstractions;

/// <summary>Makes keys for an encrypting stage. Found in a stage's assembly like the stage itself, and made by its parameterless constructor.</summary>
public interface IKeyGenerator
{
    /// <summary>The name of the stage that the keys are for, such as <c>age</c>.</summary>
    string Name { get; }

    /// <summary>Makes a pair of keys from the system's random numbers.</summary>
    KeyPair Generate();
}

/// <summary>A pair of keys, in the text form that the stage's own tools use.</summary>
/// <param name="Identity">The secret half, which opens images.</param>
/// <param name="Recipient">The public half, which images are encrypted to.</param>
public sealed record KeyPair(string Identity, string Recipient)
{
    /// <summary>The public half only, so that no secret gets into a log.</summary>
    public override string ToString() => Recipient;
}
