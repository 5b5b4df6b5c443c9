using System.Globalization;
using Spectre.Console;

namespace CrStream.Benchmarks.Whole;

/// <summary>
/// Checkpoints and restores a server that has forked its workers: they share its memory copy-on-write, but for a hundredth
/// that each has written. The image must hold that memory once, and the restored processes must share it again.
/// </summary>
internal static class PreforkBenchmark
{
    private const int Mebibytes = 500;
    private const int Children = 8;
    private const int Rounds = 3;
    private const string Image = "/dev/shm/crstream-benchmark.crs";

    public static int Run()
    {
        Ballast.Build();
        var table = new Table { Border = TableBorder.Markdown };
        foreach (var column in (string[])["pages", "round", "Rss MiB", "Pss MiB", "image MiB", "frozen s", "checkpoint s", "restore s", "Pss after MiB"])
        {
            table.AddColumn(new TableColumn(column) { NoWrap = true, Alignment = Justify.Right });
        }

        try
        {
            foreach (var huge in (bool[])[false, true])
            {
                using var ballast = new Ballast(Mebibytes, huge, Children);
                for (var round = 1; round <= Rounds; round++)
                {
                    var (resident, before) = (Sum(ballast, "Rss:"), Sum(ballast, "Pss:"));
                    var checkpoint = CommandRun.Of("checkpoint", ballast.Pid.ToString(CultureInfo.InvariantCulture), "-o", Image, "--kill", "--compress", "none");
                    var image = new FileInfo(Image).Length / (double)(1 << 20);
                    var restore = CommandRun.Of("restore", Image, "--detach");
                    double[] figures = [resident, before, image, checkpoint.Number("frozen_seconds"), checkpoint.Elapsed.TotalSeconds, restore.Elapsed.TotalSeconds, Sum(ballast, "Pss:")];
                    table.AddRow([huge ? "huge" : "4 KiB", $"{round}", .. figures.Select((figure, column) => figure.ToString(column is >= 3 and <= 5 ? "f2" : "f0", CultureInfo.InvariantCulture))]);
                }

                ballast.RequireUnharmed();
            }
        }
        finally
        {
            File.Delete(Image);
        }

        AnsiConsole.Profile.Width = 200;
        AnsiConsole.Write(table);
        return 0;
    }

    /// <summary>A figure of all processes together, in MiB (proc_pid_smaps(5)).</summary>
    private static double Sum(Ballast ballast, string key) => ballast.Pids.Sum(pid =>
        long.Parse(File.ReadLines($"/proc/{pid}/smaps_rollup").First(line => line.StartsWith(key, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)) / 1024.0;
}
