namespace CrStream.Abstractions;

/// <summary>The request itself is wrong: options that contradict each other, a key that is none, a missing argument.</summary>
public sealed class UsageException(string message, string? hint = null, Exception? cause = null)
    : CrStreamException(message, hint, cause);
