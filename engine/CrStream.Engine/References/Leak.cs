using CrStream.Abstractions;

namespace CrStream.Engine.References;

/// <summary>A kernel object of the tree that is held from outside as well.</summary>
/// <param name="Kind">One of <see cref="LeakKind"/>.</param>
/// <param name="Text">Which object, and who else holds it: the message of an error.</param>
/// <param name="Advice">What the user can do, apart from allowing it; null where there is nothing else.</param>
internal sealed record Leak(string Kind, string Text, string? Advice)
{
    /// <summary>The error that stops a checkpoint.</summary>
    public LeakException ToException() => new(Text, $"{(Advice is null ? "" : $"{Advice}, or ")}give the restored tree one of its own with --{LeakKind.Option} {Kind}");

    public Fields ToFields() => new() { ["kind"] = Kind, ["text"] = Text };
}
