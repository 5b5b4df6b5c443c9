using System.Globalization;

namespace CrStream.Cli;

/// <summary>Sizes and durations for people.</summary>
internal static class Quantity
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>A number of bytes, in the unit that keeps it below 1024.</summary>
    public static string Bytes(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }

    /// <summary>A duration, with three or so digits.</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.001 => Number(time.TotalMicroseconds, "0", "µs"),
        < 0.01 => Number(time.TotalMilliseconds, "0.0", "ms"),
        < 1 => Number(time.TotalMilliseconds, "0", "ms"),
        < 100 => Number(time.TotalSeconds, "0.0", "s"),
        _ => Number(time.TotalSeconds, "0", "s"),
    };

    /// <summary>A count with its noun: "1 task", "2 tasks".</summary>
    public static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : string.Create(CultureInfo.InvariantCulture, $"{count} {noun}s");

    private static string Number(double value, string format, string unit) => $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}";
}
