namespace CrStream.Age;

/// <summary>Base64 (RFC 4648, section 4) without padding, in its only canonical form.</summary>
internal static class RawBase64
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    /// <summary>The bytes; null if the text is anything but what <see cref="Encode"/> gives.</summary>
    public static byte[]? Decode(string text)
    {
        if (text.Length % 4 == 1 || text.Contains('=')) return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var count) && Encode(bytes.AsSpan(0, count)) == text
            ? bytes[..count]
            : null;
    }
}
