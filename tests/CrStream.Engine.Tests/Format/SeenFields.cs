using CrStream.Abstractions;

namespace CrStream.Engine.Tests.Format;

/// <summary>Which keys were seen in objects and in the maps inside them, and of which kind.</summary>
internal sealed class SeenFields
{
    private readonly Dictionary<string, Dictionary<string, ValueKind>> seen = [];

    /// <summary>Each sequence of keys as it stood in a map.</summary>
    public List<(string Path, IReadOnlyList<string> Keys)> Orders { get; } = [];

    public IReadOnlyCollection<string> Paths => seen.Keys;

    public IReadOnlyDictionary<string, ValueKind> this[string path] => seen[path];

    public void Add(string path, Fields fields)
    {
        Orders.Add((path, [.. fields.Select(field => field.Key)]));
        if (!seen.TryGetValue(path, out var kinds))
        {
            seen.Add(path, kinds = []);
        }

        foreach (var (key, value) in fields)
        {
            kinds[key] = value.Kind;
            foreach (var map in MapsOf(value))
            {
                Add($"{path}.{key}", map);
            }
        }
    }

    private static IEnumerable<Fields> MapsOf(Value value) => value.Kind switch
    {
        ValueKind.Map => [value.AsMap()],
        ValueKind.Array => value.AsArray().Where(item => item.Kind == ValueKind.Map).Select(item => item.AsMap()),
        _ => [],
    };
}
