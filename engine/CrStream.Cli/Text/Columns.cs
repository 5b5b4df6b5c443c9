namespace CrStream.Cli;

/// <summary>Plain columns, two spaces apart, the last one as long as it is: readable for people and for awk.</summary>
internal static class Columns
{
    /// <summary>Writes rows that have the same number of cells.</summary>
    public static void Write(TextWriter output, IEnumerable<string[]> rows, string indent = "")
    {
        var all = rows.Select(row => row.Select(Printable.Of).ToArray()).ToList();
        if (all.Count == 0)
        {
            return;
        }

        var widths = Enumerable.Range(0, all[0].Length).Select(column => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            output.WriteLine((indent + string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column])))).TrimEnd());
        }
    }
}
