using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>A mapping of an address space in one line, as people know it from /proc/PID/maps.</summary>
internal static class MappingLine
{
    /// <summary>The line, or null where a map is not a mapping: without start, end and protection.</summary>
    /// <param name="map">The map.</param>
    /// <param name="nameOf">Gives the name of an object that is referred to.</param>
    public static string? Of(Fields map, Func<ulong, string> nameOf)
    {
        if (Number(map, "start") is not { } start || Number(map, "end") is not { } end || Number(map, "protection") is not { } protection)
        {
            return null;
        }

        var line = $"{start:x12}-{end:x12} {Access(protection)} {Text(map, "kind")}";
        foreach (var (key, value) in map)
        {
            line += (key, value.Kind) switch
            {
                ("start" or "end" or "protection" or "kind", _) => "",
                (_, ValueKind.Array) when value.AsArray().Count == 0 => "",
                (_, ValueKind.Reference) => $" {nameOf(value.AsReference())}",
                ("offset", ValueKind.Integer) when !value.IsNegative => $" at 0x{value.AsUInt64():x}",
                _ => $" {Printable.Of(key)}={ObjectLine.Of(key, value)}",
            };
        }

        return line;
    }

    /// <summary>PROT_READ, PROT_WRITE, PROT_EXEC (mmap(2)).</summary>
    private static string Access(ulong protection) => string.Concat(
        (protection & 1) != 0 ? 'r' : '-', (protection & 2) != 0 ? 'w' : '-', (protection & 4) != 0 ? 'x' : '-');

    private static ulong? Number(Fields map, string key) => map.Find(key) is { Kind: ValueKind.Integer, IsNegative: false } value ? value.AsUInt64() : null;

    private static string Text(Fields map, string key) => map.Find(key) is { Kind: ValueKind.Text } value ? ObjectLine.Of(key, value) : "";
}
