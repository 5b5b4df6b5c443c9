namespace CrStream.Abstractions;

/// <summary>A destination cannot be written or a source cannot be read. The message names the URI.</summary>
public sealed class StoreException(string message, string? hint = null, Exception? cause = null)
    : CrStreamException(message, hint, cause);
