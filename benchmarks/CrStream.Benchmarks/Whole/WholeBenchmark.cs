using System.Globalization;
using Spectre.Console;

namespace CrStream.Benchmarks.Whole;

/// <summary>
/// Checkpoints and restores a process with the crstream command as users run it, and holds that against a plain
/// process_vm_readv of the same memory and against what pipes of other tools make of the same bytes. Whatever is
/// compared is measured in the same round, one right after the other, since machines are noisy; medians are shown.
/// </summary>
internal static class WholeBenchmark
{
    private const string Image = "/dev/shm/crstream-benchmark.crs";

    /// <summary>The uncompressed image, which is what the pipe reads: the same bytes.</summary>
    private const string Plain = "/dev/shm/crstream-benchmark.plain";

    public static int Run(WholeOptions options)
    {
        Ballast.Build();
        var keys = Directory.CreateTempSubdirectory("crstream-key-");
        var identity = Path.Combine(keys.FullName, "key.txt");
        try
        {
            Shell.Run(Repository.Command, "keygen", "-o", identity);
            var recipient = File.ReadLines(identity).First(line => line.Contains("age1", StringComparison.Ordinal)).Split(' ')[^1];
            var rows = new List<Row>();
            foreach (var huge in (bool[])[false, true])
            {
                rows.AddRange(Measure(options, huge, recipient, identity));
            }

            Show(rows);
            return 0;
        }
        finally
        {
            keys.Delete(recursive: true);
            File.Delete(Image);
            File.Delete(Plain);
        }
    }

    private static List<Row> Measure(WholeOptions options, bool huge, string recipient, string identity)
    {
        var pages = huge ? "huge" : "4 KiB";
        using var ballast = new Ballast(options.Mebibytes, huge);
        (string Name, string[] Options)[] ways =
        [
            ("none", ["--compress", "none"]),
            ("lz4", ["--compress", "lz4"]),
            ("lz4+age", ["--compress", "lz4", "--encrypt-to", recipient]),
        ];
        var pid = ballast.Pid.ToString(CultureInfo.InvariantCulture);
        var plainRead = new Row(pages, "process_vm_readv");
        var pipe = new Row(pages, "cat | lz4 -1 | age -r");
        var rows = ways.ToDictionary(way => way.Name, way => (
            Null: new Row(pages, $"{way.Name} > /dev/null"), File: new Row(pages, $"{way.Name} > tmpfs"), Restore: new Row(pages, $"{way.Name} restore")));
        CommandRun.Of("checkpoint", pid, "-o", Plain, "--compress", "none");
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (name, stages) in ways)
            {
                var read = Math.Min(PlainRead.Time(ballast).TotalSeconds, PlainRead.Time(ballast).TotalSeconds);
                var piped = Shell.Time($"cat {Plain} | lz4 -1 | age -r {recipient} > /dev/null").TotalSeconds;
                Note(plainRead, read, ballast.Length);
                Note(pipe, piped, ballast.Length);
                var toNull = CommandRun.Of(["checkpoint", pid, "-o", "/dev/null", .. stages]);
                rows[name].Null.Add(toNull, toNull.Number("frozen_seconds"), ballast.Length, read, piped);
                var toFile = CommandRun.Of(["checkpoint", pid, "-o", Image, "--kill", .. stages]);
                rows[name].File.Add(toFile, toFile.Number("frozen_seconds"), ballast.Length, read, piped);
                var restore = CommandRun.Of(["restore", Image, "--detach", .. name.EndsWith("age", StringComparison.Ordinal) ? ["--identity", identity] : Array.Empty<string>()]);
                rows[name].Restore.Add(restore, restore.Number("elapsed_seconds"), ballast.Length, read, piped);
                AnsiConsole.WriteLine(
                    $"{pages}, round {round + 1}, {name}: readv {read:f2} s, pipe {piped:f2} s, /dev/null {toNull.Elapsed.TotalSeconds:f2} s, tmpfs {toFile.Elapsed.TotalSeconds:f2} s, "
                    + $"restore {restore.Elapsed.TotalSeconds:f2} s, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
            }
        }

        ballast.RequireUnharmed();
        return [plainRead, pipe, .. rows.Values.SelectMany(row => (Row[])[row.Null, row.File, row.Restore])];
    }

    private static void Note(Row row, double seconds, long bytes)
    {
        row.Elapsed.Add(seconds);
        row.Rate.Add(bytes / seconds / 1e9);
    }

    private static void Show(IEnumerable<Row> rows)
    {
        var table = new Table { Border = TableBorder.Markdown };
        foreach (var column in (string[])["pages", "what", "command s", "frozen s", "GB/s", "best GB/s", "of readv", "best", "times pipe", "best", "cpu s", "peak MiB"])
        {
            table.AddColumn(new TableColumn(column) { NoWrap = true, Alignment = column is "pages" or "what" ? Justify.Left : Justify.Right });
        }

        foreach (var row in rows)
        {
            table.AddRow([.. new[]
            {
                row.Process, row.What, Show(row.Elapsed, "f2"), Show(row.Frozen, "f2"), Show(row.Rate, "f2"), Most(row.Rate, "f2"), Show(row.ToPlainRead, "p0"),
                Most(row.ToPlainRead, "p0"), Show(row.ToPipe, "f1"), Most(row.ToPipe, "f1"), Show(row.Processor, "f2"), Most(row.Peak, "f0"),
            }.Select(text => new Text(text))]);
        }

        AnsiConsole.Profile.Width = 200;
        AnsiConsole.Write(table);
    }

    private static string Show(Samples samples, string format) => samples.IsEmpty ? "" : samples.Median.ToString(format, CultureInfo.InvariantCulture);

    private static string Most(Samples samples, string format) => samples.IsEmpty ? "" : samples.Most.ToString(format, CultureInfo.InvariantCulture);
}
