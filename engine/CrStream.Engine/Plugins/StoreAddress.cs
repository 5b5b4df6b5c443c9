namespace CrStream.Engine.Plugins;

/// <summary>Tells which store an image's address leads to; see <see cref="Abstractions.IStore.Schemes"/>.</summary>
public static class StoreAddress
{
    private const string Separator = "://";

    /// <summary>
    /// The scheme of a URI such as <c>s3://bucket/job.crs</c>, in lower case (RFC 3986, section 3.1); <c>stdio</c> for
    /// "-", and <c>file</c> for everything else, so that a path may hold a colon.
    /// </summary>
    public static string SchemeOf(string address)
    {
        var length = address.IndexOf(Separator, StringComparison.Ordinal);
        return address == "-" ? "stdio"
            : length > 0 && char.IsAsciiLetter(address[0]) && address.AsSpan(0, length).ContainsOnlySchemeCharacters() ? address[..length].ToLowerInvariant()
            : "file";
    }

    private static bool ContainsOnlySchemeCharacters(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
