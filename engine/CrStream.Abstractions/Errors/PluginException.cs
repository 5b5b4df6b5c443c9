namespace CrStream.Abstractions;

/// <summary>A plugin or stage assembly cannot be loaded, or is not trusted, or two of them claim the same thing.</summary>
public sealed class PluginException(string message, string? hint = null, Exception? cause = null)
    : CrStreamException(message, hint, cause);
