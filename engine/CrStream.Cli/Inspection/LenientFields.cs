using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>Reads fields of images that anybody may have made: what is missing or of another kind is just not there.</summary>
internal static class LenientFields
{
    /// <summary>An integer that is not negative, or null.</summary>
    public static ulong? FindNumber(this Fields fields, string key) => fields.Find(key)?.OrNumber();

    /// <summary>A truth value; false when there is none.</summary>
    public static bool FindTruth(this Fields fields, string key) => fields.Find(key) is { Kind: ValueKind.Boolean } value && value.AsBoolean();

    /// <summary>A text, or bytes such as a name, in a form for terminals; null when there is neither.</summary>
    public static string? FindText(this Fields fields, string key) =>
        fields.Find(key) is { Kind: ValueKind.Text or ValueKind.Bytes } value ? ObjectLine.Of(key, value) : null;

    /// <summary>A nested map; an empty one when there is none.</summary>
    public static Fields FindMap(this Fields fields, string key) => fields.Find(key) is { Kind: ValueKind.Map } value ? value.AsMap() : new();

    /// <summary>The values of a list; none when there is no list.</summary>
    public static IReadOnlyList<Value> FindItems(this Fields fields, string key) => fields.Find(key)?.OrItems() ?? [];

    /// <summary>The nested maps in a list.</summary>
    public static IEnumerable<Fields> FindMaps(this Fields fields, string key) =>
        fields.FindItems(key).Where(item => item.Kind == ValueKind.Map).Select(item => item.AsMap());

    /// <summary>The id that a reference names, or null.</summary>
    public static ulong? FindReference(this Fields fields, string key) => fields.Find(key) is { Kind: ValueKind.Reference } value ? value.AsReference() : null;

    /// <summary>The integer, or null where the value is another or negative.</summary>
    public static ulong? OrNumber(this Value value) => value is { Kind: ValueKind.Integer, IsNegative: false } ? value.AsUInt64() : null;

    /// <summary>The list, or an empty one.</summary>
    public static IReadOnlyList<Value> OrItems(this Value value) => value.Kind == ValueKind.Array ? value.AsArray() : [];
}
