namespace CrStream.Abstractions;

/// <summary>Why a file cannot be carried.</summary>
/// <param name="Reason">Follows the file's name in the error, such as <c>has been deleted</c>; lower case, no full stop.</param>
/// <param name="Hint">What the user can do, or null.</param>
public sealed record Denial(string Reason, string? Hint = null);
