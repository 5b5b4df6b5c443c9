using CrStream.Abstractions;

namespace CrStream.Engine.Plugins;

/// <summary>Where an image is, as the user writes it: <c>-</c>, <c>scheme://...</c> or a path.</summary>
/// <param name="Scheme">Which store.</param>
/// <param name="Uri">What the store is told.</param>
internal readonly record struct Location(string Scheme, string Uri)
{
    /// <summary>Reads a location; a path has the scheme <c>file</c>.</summary>
    public static Location Parse(string text)
    {
        if (text == "-")
        {
            return new("stdio", text);
        }

        var end = text.IndexOf("://", StringComparison.Ordinal);
        return end > 0 && text[..end].All(char.IsAsciiLetterOrDigit) ? new(text[..end], text) : new("file", text);
    }

    /// <summary>The store that the location leads to.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public IStore StoreIn(PluginCatalog catalog) => catalog.StoreFor(Scheme);
}
