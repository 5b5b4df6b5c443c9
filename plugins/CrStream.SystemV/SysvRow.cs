using System.Globalization;

namespace CrStream.SystemV;

/// <summary>A line of /proc/sysvipc/shm, sem or msg; see proc_sysvipc(5). All columns are numbers, the permissions octal.</summary>
internal sealed class SysvRow
{
    private readonly Dictionary<string, long> columns;

    private SysvRow(Dictionary<string, long> columns, string idColumn) => (this.columns, Id) = (columns, (int)columns[idColumn]);

    internal int Id { get; }

    internal int Key => (int)this["key"];

    internal int Mode => (int)this["perms"];

    internal long this[string column] => columns[column];

    /// <summary>Reads a table, whose first line names the columns.</summary>
    internal static IReadOnlyList<SysvRow> Parse(string text, string idColumn)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var names = Words(lines[0]);
        return [.. lines.Skip(1).Select(line => new SysvRow(
            names.Zip(Words(line)).ToDictionary(pair => pair.First, pair => pair.First == "perms" ? Convert.ToInt64(pair.Second, 8) : long.Parse(pair.Second, CultureInfo.InvariantCulture)),
            idColumn))];
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
