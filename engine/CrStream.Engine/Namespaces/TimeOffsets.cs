using System.Globalization;
using CrStream.Abstractions;

namespace CrStream.Engine.Namespaces;

/// <summary>What a time namespace adds to the clocks, in nanoseconds; see time_namespaces(7). Pure.</summary>
internal readonly record struct TimeOffsets(long Monotonic, long Boottime)
{
    /// <summary>CLOCK_BOOTTIME.</summary>
    public const int CLOCK_BOOTTIME = 7;

    private const long Second = 1_000_000_000;

    /// <summary>Reads /proc/PID/timens_offsets: lines of clock, seconds and nanoseconds.</summary>
    public static TimeOffsets Parse(string text)
    {
        var offsets = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[0], words => (long.Parse(words[1], CultureInfo.InvariantCulture) * Second) + long.Parse(words[2], CultureInfo.InvariantCulture));
        return new(offsets["monotonic"], offsets["boottime"]);
    }

    /// <summary>What the image says: the offsets, and how far the clocks had come.</summary>
    public Dictionary<string, string> ToSettings(long monotonic, long boottime) => new()
    {
        ["monotonic"] = Show(Monotonic),
        ["monotonic_reading"] = Show(monotonic + Monotonic),
        ["boottime"] = Show(Boottime),
        ["boottime_reading"] = Show(boottime + Boottime),
    };

    /// <summary>
    /// The offsets for a restore: the same ones, so that the clocks have gone on meanwhile; or on a machine whose own clocks
    /// are behind, such that they go on from where they were.
    /// </summary>
    public static TimeOffsets From(IReadOnlyDictionary<string, string> settings, long monotonic, long boottime) => new(
        Math.Max(Number(settings, "monotonic"), Number(settings, "monotonic_reading") - monotonic), Math.Max(Number(settings, "boottime"), Number(settings, "boottime_reading") - boottime));

    /// <summary>As they are written to /proc/PID/timens_offsets.</summary>
    public override string ToString() => $"monotonic {Words(Monotonic)}\nboottime {Words(Boottime)}\n";

    private static string Words(long time)
    {
        var (seconds, rest) = Math.DivRem(time, Second);
        return rest < 0 ? $"{seconds - 1} {rest + Second}" : $"{seconds} {rest}";
    }

    private static string Show(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(IReadOnlyDictionary<string, string> settings, string name) =>
        settings.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw new FieldException("settings", $"has no {name}");
}
