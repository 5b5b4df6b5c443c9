using System.Globalization;
using System.Text;
using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>Objects and values in one line, by what they are and by their keys; no type is known here.</summary>
internal static class ObjectLine
{
    private const int LongestText = 200;
    private const int LongestBytes = 16;
    private const int LongestList = 8;

    /// <summary>Keys, and ends of keys, whose numbers read better in hexadecimal.</summary>
    private static readonly string[] HexadecimalKeys =
        ["start", "end", "address", "flags", "mask", "mode", "brk", "stack", "_start", "_end", "_code", "_data", "_address", "_flags", "_mask", "_brk", "_stack", "_tid"];

    /// <summary>The fields that need no line of their own, in their order; empty lists are left out.</summary>
    public static string Plain(Fields fields) => string.Join(
        ' ',
        fields.Where(field => !NeedsLines(field.Value) && !IsEmpty(field.Value))
            .Select(field => $"{Printable.Of(field.Key)}={Of(field.Key, field.Value)}"));

    /// <summary>Whether a value holds references or maps, which get lines of their own.</summary>
    public static bool NeedsLines(Value value) => value.Kind switch
    {
        ValueKind.Reference or ValueKind.Map => true,
        ValueKind.Array => value.AsArray().Any(NeedsLines),
        _ => false,
    };

    /// <summary>Any value; long ones are only counted.</summary>
    public static string Of(string key, Value value) => value.Kind switch
    {
        ValueKind.Integer => Number(key, value),
        ValueKind.Boolean => value.AsBoolean() ? "yes" : "no",
        ValueKind.Text => Text(value.AsText()),
        ValueKind.Bytes => Bytes(value.AsBytes().Span),
        ValueKind.Reference => $"#{value.AsReference()}",
        ValueKind.Array => value.AsArray() is { Count: <= LongestList } items && !items.Any(item => item.Kind == ValueKind.Array)
            ? $"[{string.Join(' ', items.Select(item => Of(key, item)))}]"
            : $"[{Quantity.Count(value.AsArray().Count, "value")}]",
        _ => $"{{{Plain(value.AsMap())}}}",
    };

    private static bool IsEmpty(Value value) => value.Kind == ValueKind.Array && value.AsArray().Count == 0;

    private static string Number(string key, Value value)
    {
        if (value.IsNegative)
        {
            return value.AsInt64().ToString(CultureInfo.InvariantCulture);
        }

        var number = value.AsUInt64();
        return number > 9 && HexadecimalKeys.Any(end => end[0] == '_' ? key.EndsWith(end, StringComparison.Ordinal) : key == end)
            ? $"0x{number:x}"
            : number.ToString(CultureInfo.InvariantCulture);
    }

    private static string Text(string text)
    {
        var shown = Printable.Of(text.Length <= LongestText ? text : text[..LongestText] + "…");
        return shown.Length == 0 || shown.Contains(' ', StringComparison.Ordinal) ? $"\"{shown}\"" : shown;
    }

    /// <summary>Names are bytes for the kernel: what is printable ASCII is shown as a text, other bytes in hexadecimal.</summary>
    private static string Bytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 0 && !bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Text(Encoding.ASCII.GetString(bytes))
        : bytes.Length <= LongestBytes ? $"h'{Convert.ToHexStringLower(bytes)}'"
        : $"({bytes.Length} bytes)";
}
