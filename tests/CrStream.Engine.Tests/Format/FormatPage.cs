using System.Text.RegularExpressions;
using CrStream.Abstractions;

namespace CrStream.Engine.Tests.Format;

/// <summary>The tables of docs/image-format.md: for each object or nested map, its keys in their order with their kinds.</summary>
internal sealed partial class FormatPage
{
    private readonly Dictionary<string, List<(string Key, string Kind)>> tables = [];

    public FormatPage(string text)
    {
        List<(string, string)>? table = null;
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith('#'))
            {
                table = Heading().Match(line) is { Success: true } heading ? tables[heading.Groups[1].Value] = [] : null;
            }
            else if (table is not null && Row().Match(line) is { Success: true } row)
            {
                table.Add((row.Groups[1].Value, row.Groups[2].Value.Trim()));
            }
        }
    }

    /// <summary>The paths of all tables, such as <c>mm.vmas</c>.</summary>
    public IReadOnlyCollection<string> Paths => tables.Keys;

    /// <summary>The table of a path.</summary>
    public IReadOnlyList<(string Key, string Kind)> this[string path] => tables[path];

    /// <summary>What the page calls a kind.</summary>
    public static string WordFor(ValueKind kind) => kind == ValueKind.Boolean ? "truth value" : kind.ToString().ToLowerInvariant();

    [GeneratedRegex(@"^####? (?:0x[0-9a-f]+ )?`([a-z][a-z0-9_.-]*)`$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| `([a-z_0-9]+)` \| ([^|]+) \|")]
    private static partial Regex Row();
}
