using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>An address space in a few lines: sums by what the memory is, and the largest of the files that are mapped.</summary>
internal static class MemoryLines
{
    private const int FilesShown = 3;
    private const string Shared = "shared";

    /// <summary>The lines, such as <c>396.0 KiB heap</c>.</summary>
    public static IReadOnlyList<string> Of(Fields mm, ObjectGraph graph)
    {
        var layout = mm.FindMap("layout");
        var mappings = mm.FindMaps("vmas").ToList();
        var anonymous = mappings.Where(map => map.FindReference("file") is null).GroupBy(map => Use(map, layout)).Select(group => (What: group.Key, Size: Sum(group)));
        (string What, long Size)[] rows =
        [
            .. anonymous.OrderByDescending(part => part.Size),
            .. Files(mappings.Where(map => map.FindText("kind") != Shared), "file", "", graph),
            .. Files(mappings.Where(map => map.FindText("kind") == Shared), "shared file", " (shared)", graph),
        ];
        var width = rows.Length == 0 ? 0 : rows.Max(row => Quantity.Bytes(row.Size).Length);
        return [.. rows.Select(row => $"{Quantity.Bytes(row.Size).PadLeft(width)}  {row.What}")];
    }

    /// <summary>The size of all mappings, in bytes.</summary>
    public static long Mapped(Fields mm) => Sum(mm.FindMaps("vmas"));

    /// <summary>The largest files that are mapped, and the sum of the others.</summary>
    private static IEnumerable<(string What, long Size)> Files(IEnumerable<Fields> mappings, string noun, string mark, ObjectGraph graph)
    {
        var files = mappings.Where(map => map.FindReference("file") is not null)
            .GroupBy(map => graph.NameOf(map.FindReference("file")!.Value).Name)
            .Select(group => (What: group.Key + mark, Size: Sum(group)))
            .OrderByDescending(file => file.Size)
            .ToList();
        var rest = files.Skip(FilesShown).ToList();
        return rest.Count == 0
            ? files
            : files.Take(FilesShown).Append((Quantity.Count(rest.Count, $"more {noun}"), rest.Aggregate(0L, (sum, file) => Add(sum, (ulong)file.Size))));
    }

    /// <summary>What anonymous memory is for, by the marks that the kernel keeps in the mm: start_brk, brk, start_stack.</summary>
    private static string Use(Fields map, Fields layout)
    {
        var (start, end) = (map.FindNumber("start"), map.FindNumber("end"));
        return map.FindText("kind") is { } kind && kind != "anonymous" ? kind
            : start <= layout.FindNumber("start_stack") && layout.FindNumber("start_stack") < end ? "stack"
            : start < layout.FindNumber("brk") && layout.FindNumber("start_brk") < end ? "heap"
            : "anonymous";
    }

    private static long Sum(IEnumerable<Fields> mappings) => mappings.Aggregate(0L, (sum, map) => Add(sum, Size(map)));

    private static ulong Size(Fields map) => map.FindNumber("end") is { } end && map.FindNumber("start") is { } start && start < end ? end - start : 0;

    /// <summary>Adds as far as the number goes: a made-up image may claim more than there are addresses.</summary>
    private static long Add(long sum, ulong size) => size > (ulong)(long.MaxValue - sum) ? long.MaxValue : sum + (long)size;
}
