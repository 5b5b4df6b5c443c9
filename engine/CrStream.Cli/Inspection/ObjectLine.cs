using System.Globalization;
using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>Objects and values in one line, by what they are and by their keys; no type is known here.</summary>
internal static class ObjectLine
{
    private const int LongestText = 64;
    private const int LongestBytes = 16;

    /// <summary>What reads better in hexadecimal, by the kernel's habit.</summary>
    private static readonly string[] HexadecimalKeys =
        ["start", "end", "address", "base", "flags", "mask", "mode", "pointer", "rip", "rsp", "brk", "dev", "_base", "_start", "_end", "_address", "_flags", "_mask"];

    /// <summary>The fields that are plain values, in their order.</summary>
    public static string Plain(Fields fields) => string.Join(' ', fields.Where(field => IsPlain(field.Key, field.Value)).Select(field => $"{field.Key}={Of(field.Key, field.Value)}"));

    /// <summary>Any value; lists and maps are only counted.</summary>
    public static string Of(string key, Value value) => value.Kind switch
    {
        ValueKind.Integer => Number(key, value),
        ValueKind.Boolean => value.AsBoolean() ? "yes" : "no",
        ValueKind.Text => Text(value.AsText()),
        ValueKind.Bytes => Bytes(value.AsBytes().Span),
        ValueKind.Reference => $"#{value.AsReference()}",
        ValueKind.Array => $"[{value.AsArray().Count}]",
        _ => $"{{{value.AsMap().Count}}}",
    };

    private static bool IsPlain(string key, Value value) => key != "id" && value.Kind is not (ValueKind.Reference or ValueKind.Map or ValueKind.Array);

    private static string Number(string key, Value value)
    {
        if (value.IsNegative)
        {
            return value.AsInt64().ToString(CultureInfo.InvariantCulture);
        }

        var number = value.AsUInt64();
        return HexadecimalKeys.Any(suffix => key == suffix || (suffix[0] == '_' && key.EndsWith(suffix, StringComparison.Ordinal)))
            ? $"0x{number:x}"
            : number.ToString(CultureInfo.InvariantCulture);
    }

    private static string Text(string text)
    {
        var shown = Printable.Of(text.Length <= LongestText ? text : text[..LongestText] + "…");
        return shown.Length == 0 || shown.Contains(' ', StringComparison.Ordinal) ? $"\"{shown}\"" : shown;
    }

    private static string Bytes(ReadOnlySpan<byte> bytes) => bytes.Length <= LongestBytes
        ? $"h'{Convert.ToHexStringLower(bytes)}'"
        : $"h'{Convert.ToHexStringLower(bytes[..LongestBytes])}…' ({bytes.Length} bytes)";
}
