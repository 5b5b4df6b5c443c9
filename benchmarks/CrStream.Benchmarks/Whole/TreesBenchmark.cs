using System.Globalization;
using Spectre.Console;

namespace CrStream.Benchmarks.Whole;

/// <summary>Checkpoints and restores trees of many tasks with little memory: the time must grow no faster than their number.</summary>
internal static class TreesBenchmark
{
    private const int Mebibytes = 1;
    private const int Rounds = 3;
    private const string Image = "/dev/shm/crstream-benchmark.crs";

    private static readonly int[] Sizes = [10, 100, 1000];

    public static int Run()
    {
        Ballast.Build();
        var table = new Table { Border = TableBorder.Markdown };
        foreach (var column in (string[])["tasks", "frozen s", "checkpoint s", "restore s", "frozen ms a task", "restore ms a task"])
        {
            table.AddColumn(new TableColumn(column) { NoWrap = true, Alignment = Justify.Right });
        }

        try
        {
            foreach (var size in Sizes)
            {
                table.AddRow([$"{size}", .. Measure(size).Select(figure => figure.ToString("f2", CultureInfo.InvariantCulture))]);
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

    private static double[] Measure(int size)
    {
        var (frozen, taken, restored) = (new Samples(), new Samples(), new Samples());
        using var ballast = new Ballast(Mebibytes, hugePages: false, children: size - 1);
        for (var round = 0; round < Rounds; round++)
        {
            var checkpoint = CommandRun.Of("checkpoint", ballast.Pid.ToString(CultureInfo.InvariantCulture), "-o", Image, "--kill");
            frozen.Add(checkpoint.Number("frozen_seconds"));
            taken.Add(checkpoint.Elapsed.TotalSeconds);
            restored.Add(CommandRun.Of("restore", Image, "--detach").Elapsed.TotalSeconds);
        }

        ballast.RequireUnharmed();
        return [frozen.Median, taken.Median, restored.Median, 1000 * frozen.Median / size, 1000 * restored.Median / size];
    }
}
