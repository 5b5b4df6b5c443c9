using System.Globalization;
using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>The open files of a process, one a line: descriptors, what is behind them, and how it is open.</summary>
internal static class FileLines
{
    private const int Longest = 16;
    private const int NumbersShown = 4;

    // include/uapi/asm-generic/fcntl.h
    private const ulong O_ACCMODE = 3;
    private const ulong O_APPEND = 0x400;
    private const ulong O_NONBLOCK = 0x800;
    private const ulong O_PATH = 0x200000;

    /// <summary>The lines, such as <c>1,2  regular-file /tmp/log (write, append, at 4096)</c>.</summary>
    public static IReadOnlyList<string> Of(Fields files, ObjectGraph graph)
    {
        var groups = files.FindMaps("descriptors")
            .Select((descriptor, index) => (Descriptor: descriptor, File: descriptor.FindReference("file"), Index: index))
            .GroupBy(entry => (entry.File, Index: entry.File is null ? entry.Index : -1))
            .Select(group => group.Select(entry => entry.Descriptor).ToList())
            .ToList();
        var rows = groups.Take(Longest).Select(group => (Numbers: Numbers(group), Text: Line(group, graph))).ToList();
        var width = rows.Count == 0 ? 0 : rows.Max(row => row.Numbers.Length);
        var lines = rows.Select(row => $"{row.Numbers.PadLeft(width)}  {row.Text}");
        return [.. groups.Count > Longest ? lines.Append($"{groups.Count - Longest} more, shown with --all") : lines];
    }

    private static string Numbers(List<Fields> descriptors)
    {
        var shown = string.Join(',', descriptors.Take(NumbersShown).Select(descriptor => $"{descriptor.FindNumber("fd")}"));
        return descriptors.Count > NumbersShown ? $"{shown},…" : shown;
    }

    private static string Line(List<Fields> descriptors, ObjectGraph graph)
    {
        if (graph.Find(descriptors[0].FindReference("file"))?.Fields is not { } file)
        {
            return ObjectLine.Plain(descriptors[0]);
        }

        string[] closes = descriptors.Any(descriptor => descriptor.FindTruth("close_on_exec")) ? ["close on exec"] : [];
        var marks = Modes(file).Concat(closes).Concat(descriptors.SelectMany(descriptor => descriptor.FindMaps("locks")).Take(Longest).Select(Lock)).ToList();
        return What(file, graph) + (marks.Count > 0 ? $" ({string.Join(", ", marks)})" : "");
    }

    private static string What(Fields file, ObjectGraph graph) =>
        file.FindText("external") is { } key ? $"from outside as {key}: {file.FindText("kind")} {file.FindText("link")}"
        : graph.Find(file.FindReference("object")) is { } behind ? graph.Describe(behind)
        : ObjectLine.Plain(file);

    private static IEnumerable<string> Modes(Fields file)
    {
        if (file.FindNumber("flags") is { } flags)
        {
            yield return (flags & O_PATH) != 0 ? "path only" : (flags & O_ACCMODE) switch { 0 => "read", 1 => "write", 2 => "read and write", _ => "neither read nor write" };
            if ((flags & O_APPEND) != 0)
            {
                yield return "append";
            }

            if ((flags & O_NONBLOCK) != 0)
            {
                yield return "nonblocking";
            }
        }

        if (file.FindNumber("position") is > 0 and var position)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"at {position}");
        }
    }

    /// <summary>A lock as fcntl(2) and flock(2) describe it; the kinds are those of /proc/PID/fdinfo.</summary>
    private static string Lock(Fields held)
    {
        var range = (held.FindNumber("start") ?? 0, held.FindNumber("length") ?? 0) is (var start, var length) && (start | length) != 0
            ? string.Create(CultureInfo.InvariantCulture, $" of {(length == 0 ? "all" : length)} from {start}")
            : "";
        return $"{held.FindText("kind")} {(held.FindTruth("write") ? "write" : "read")} lock{range}".TrimStart();
    }
}
