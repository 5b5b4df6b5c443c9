using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>What a process has, as labelled lines: its program, threads, memory, files, directories, signals and timers.</summary>
internal sealed class ProcessSections(ObjectGraph graph, IReadOnlyDictionary<ulong, DescribedObject> tasks)
{
    private const ulong SIG_IGN = 1;

    /// <summary>The references of a task that have sections; any other gets a line of its own.</summary>
    private static readonly string[] Known = ["mm", "files", "fs", "sighand", "thread_group"];

    private static readonly string[] IntervalTimers = ["real", "virtual", "profiling"];

    /// <summary>The first line: name, user, and how much there is of what.</summary>
    public string Head(ProcessNode process, ProcessNode? parent)
    {
        var relations = process.OwnRelations(parent);
        if (process.Tids.Count == 0)
        {
            return $"{process.Pid} {string.Join(", ", relations.Prepend(process.End()))}";
        }

        var leader = Leader(process);
        var uids = leader.FindMap("credentials").FindItems("uids").Select(uid => uid.OrNumber()).ToList();
        string[] user = uids is [{ } real, { } effective, ..] ? [real == effective ? $"uid {real}" : $"uid {real} as {effective}"] : [];
        string[] stopped = graph.Follow(leader, "thread_group").FindNumber("stopped_by") is > 0 and var signal ? [$"stopped by {SignalNames.Of(signal)}"] : [];
        string[] ended = graph.Follow(leader, "thread_group").Find("ended_leader") is null ? [] : ["first thread ended"];
        string[] memory = leader.FindReference("mm") is { } mm
            ? [$"{Quantity.Bytes(MemoryLines.Mapped(graph.Follow(leader, "mm")))} mapped", $"{Quantity.Bytes(graph.PageBytes(mm))} of pages held", .. Shared(graph.Follow(leader, "mm"))]
            : [];
        return $"{process.Pid} {string.Join(", ", [leader.FindText("name") ?? "task", .. user, Quantity.Count(process.Tids.Count, "thread"), .. relations, .. ended, .. stopped, .. memory])}";
    }

    /// <summary>The sections below it; those without lines are left out.</summary>
    public IReadOnlyList<(string Label, IReadOnlyList<string> Lines)> Below(ProcessNode process)
    {
        if (process.Tids.Count == 0)
        {
            return [];
        }

        var leader = Leader(process);
        var mm = graph.Follow(leader, "mm");
        var group = graph.Follow(leader, "thread_group");
        (string, IReadOnlyList<string>)[] sections =
        [
            ("program", mm.FindReference("executable") is { } executable ? [graph.NameOf(executable).Name] : []),
            ("threads", Threads(process)),
            ("memory", MemoryLines.Of(mm, graph)),
            ("files", FileLines.Of(graph.Follow(leader, "files"), graph)),
            ("cwd", Directory(leader, "cwd")),
            ("root", Directory(leader, "root")),
            ("signals", Actions(graph.Follow(leader, "sighand"))),
            ("pending", Pending(process, group)),
            ("timers", Timers(group)),
            .. leader.Where(field => field.Value.Kind == ValueKind.Reference && !Known.Contains(field.Key))
                .Select(field => (Printable.Of(field.Key), Other(field.Value.AsReference()))),
        ];
        return [.. sections.Where(section => section.Item2.Count > 0)];
    }

    private string[] Shared(Fields mm) =>
        SharedPages.Of(mm) is > 0 and var pages ? [$"{Quantity.Bytes(pages * graph.PageSize)} shared with {SharedPages.With(mm, graph.Find)}"] : [];

    private Fields Leader(ProcessNode process) => tasks.GetValueOrDefault(process.Tids[0])?.Fields ?? new();

    /// <summary>The threads beside the leader, those with the same name together.</summary>
    private string[] Threads(ProcessNode process)
    {
        var names = process.Tids.Skip(1)
            .GroupBy(tid => tasks.GetValueOrDefault(tid)?.Fields.FindText("name") ?? "task")
            .Select(group => $"{group.Count()} more: {group.Key}").ToList();
        return names.Count > 0 ? [string.Join("; ", names)] : [];
    }

    private string[] Directory(Fields leader, string key) => graph.Follow(leader, "fs").FindText(key) is { } path && path != "/" ? [path] : [];

    private static string[] Actions(Fields sighand)
    {
        var actions = sighand.FindMaps("actions").Where(action => action.FindNumber("signal") is not null).ToLookup(action => action.FindNumber("handler") == SIG_IGN);
        string[] parts = [.. new[] { (Ignored: false, Label: "caught"), (Ignored: true, Label: "ignored") }
            .Where(part => actions[part.Ignored].Any())
            .Select(part => $"{actions[part.Ignored].Count()} {part.Label}: {SignalNames.Of(actions[part.Ignored].Select(action => action.FindNumber("signal")!.Value))}")];
        return parts.Length > 0 ? [string.Join("; ", parts)] : [];
    }

    /// <summary>The signals that wait for the process and for its threads; each is a siginfo, whose first field is the number.</summary>
    private string[] Pending(ProcessNode process, Fields group)
    {
        var waiting = process.Tids.Select(tid => tasks.GetValueOrDefault(tid)?.Fields ?? new()).Prepend(group)
            .SelectMany(owner => owner.FindItems("pending_signals"))
            .Where(info => info.Kind == ValueKind.Bytes && info.AsBytes().Length >= sizeof(uint))
            .Select(info => (ulong)BinaryPrimitives.ReadUInt32LittleEndian(info.AsBytes().Span))
            .ToList();
        return waiting.Count > 0 ? [SignalNames.Of(waiting)] : [];
    }

    /// <summary>Those of setitimer(2), in microseconds, and a count of those of timer_create(2).</summary>
    private static string[] Timers(Fields group)
    {
        var running = group.FindItems("interval_timers").Take(IntervalTimers.Length)
            .Select((timer, index) => (Name: IntervalTimers[index], Left: timer.OrItems() is [_, var left] ? left.OrNumber() : null))
            .Where(timer => timer.Left > 0)
            .Select(timer => $"{timer.Name} in {Quantity.Duration(TimeSpan.FromMicroseconds((long)Math.Min(timer.Left!.Value, 1UL << 50)))}");
        var posix = group.FindItems("posix_timers").Count;
        var all = posix > 0 ? running.Append(Quantity.Count(posix, "POSIX timer")) : running;
        return string.Join(", ", all) is { Length: > 0 } text ? [text] : [];
    }

    private string[] Other(ulong id) => graph.Find(id) is { } item ? [graph.Describe(item)] : [];
}
