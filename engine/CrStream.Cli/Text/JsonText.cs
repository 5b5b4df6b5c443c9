using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>Images' values as JSON: byte strings in hexadecimal, a reference as <c>{"ref": id}</c>.</summary>
internal static class JsonText
{
    /// <summary>Indented, and with all characters that JSON allows as they are; the output is no web page.</summary>
    public static JsonSerializerOptions Style { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A map.</summary>
    public static JsonObject Of(Fields fields)
    {
        var result = new JsonObject();
        foreach (var (key, value) in fields)
        {
            result[key] = Of(value);
        }

        return result;
    }

    /// <summary>A value.</summary>
    public static JsonNode Of(Value value) => value.Kind switch
    {
        ValueKind.Integer => value.IsNegative ? JsonValue.Create(value.AsInt64()) : JsonValue.Create(value.AsUInt64()),
        ValueKind.Boolean => JsonValue.Create(value.AsBoolean()),
        ValueKind.Text => JsonValue.Create(value.AsText()),
        ValueKind.Bytes => JsonValue.Create(Convert.ToHexStringLower(value.AsBytes().Span)),
        ValueKind.Reference => new JsonObject { ["ref"] = value.AsReference() },
        ValueKind.Array => new JsonArray([.. value.AsArray().Select(Of)]),
        _ => Of(value.AsMap()),
    };
}
