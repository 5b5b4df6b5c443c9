using System.Globalization;
using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>A process as the tree of an image has it.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="Relations">Its leader's entry: parent, process group and session.</param>
/// <param name="Tids">Its threads, the leader first; none for a zombie.</param>
internal sealed record ProcessNode(ulong Pid, Fields Relations, IReadOnlyList<ulong> Tids)
{
    /// <summary>The process that reaps it.</summary>
    public ulong? Parent => Relations.FindNumber("parent");

    /// <summary>The processes in the order of the image; what has no numbers is left out.</summary>
    public static IReadOnlyList<ProcessNode> All(Fields tree)
    {
        var alive = tree.FindMaps("tasks")
            .Where(task => task.FindNumber("pid") is not null && task.FindNumber("tid") is not null)
            .GroupBy(task => task.FindNumber("pid"))
            .Select(process => process.OrderBy(task => task.FindNumber("tid") == process.Key ? 0 : 1).ToList())
            .Select(tasks => new ProcessNode(tasks[0].FindNumber("pid")!.Value, tasks[0], [.. tasks.Select(task => task.FindNumber("tid")!.Value)]));
        var dead = tree.FindMaps("zombies")
            .Where(zombie => zombie.FindNumber("pid") is not null)
            .Select(zombie => new ProcessNode(zombie.FindNumber("pid")!.Value, zombie, []));
        return [.. alive.Concat(dead).DistinctBy(process => process.Pid)];
    }

    /// <summary>Process group and session where they are others than the parent's; the first process is held against itself.</summary>
    public IEnumerable<string> OwnRelations(ProcessNode? parent)
    {
        foreach (var (key, label) in new[] { ("process_group", "group"), ("session", "session") })
        {
            if (Relations.FindNumber(key) is { } number && number != (parent is null ? Pid : parent.Relations.FindNumber(key)))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{label} {number}");
            }
        }
    }

    /// <summary>How a zombie ended, by its status as wait(2) has it.</summary>
    public string End() => Relations.FindNumber("status") switch
    {
        null => "zombie",
        { } status when (status & 0x7f) == 0 => $"zombie, exited with {status >> 8 & 0xff}",
        { } status => $"zombie, ended by {SignalNames.Of(status & 0x7f)}{((status & 0x80) != 0 ? " with a core dump" : "")}",
    };
}
