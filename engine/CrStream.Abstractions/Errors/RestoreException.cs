namespace CrStream.Abstractions;

/// <summary>A restore cannot be completed. No restored task has run, and none is left behind.</summary>
public class RestoreException(string message, string? hint = null, Exception? cause = null)
    : CrStreamException(message, hint, cause);
