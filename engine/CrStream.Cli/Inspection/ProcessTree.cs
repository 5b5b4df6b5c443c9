using CrStream.Image;

namespace CrStream.Cli;

/// <summary>
/// The short form of <c>crstream inspect</c>: the processes by parent, and below each what it has, in a few lines.
/// Objects that it leaves out are shown as <see cref="ObjectTree"/> shows them.
/// </summary>
internal sealed class ProcessTree
{
    /// <summary>How many levels are indented; further ones stand below the last.</summary>
    private const int DeepestIndent = 24;

    private const int LabelWidth = 9;

    private readonly TextWriter output;
    private readonly ProcessSections sections;
    private readonly Dictionary<ulong, ProcessNode> processes;
    private readonly ILookup<ulong?, ProcessNode> children;
    private readonly Dictionary<ulong, IReadOnlyList<(string Label, IReadOnlyList<string> Lines)>> written = [];
    private readonly Stack<(ProcessNode Process, string First, string Below, int Depth)> waiting = [];

    private ProcessTree(IReadOnlyList<ProcessNode> all, ProcessSections sections, TextWriter output)
    {
        this.output = output;
        this.sections = sections;
        processes = all.ToDictionary(process => process.Pid);
        children = all.ToLookup(process => process.Parent is { } parent && processes.ContainsKey(parent) && parent != process.Pid ? process.Parent : null);
    }

    /// <summary>Writes the processes, and then the objects that nothing refers to and that are no tasks of theirs.</summary>
    public static void Write(ImageContents contents, TextWriter output)
    {
        var trees = contents.Objects.Where(item => item.Type == CoreTypes.Tree).ToList();
        var all = trees is [var only] ? ProcessNode.All(only.Fields) : [];
        var tasks = contents.Objects.Where(item => item.Type == CoreTypes.Task && item.Fields.FindNumber("tid") is not null)
            .DistinctBy(item => item.Fields.FindNumber("tid"))
            .ToDictionary(item => item.Fields.FindNumber("tid")!.Value);
        if (all.Count == 0)
        {
            ObjectTree.Write(contents, all: false, output);
            return;
        }

        // A first thread that has ended while others go on has no object of its own.
        all = [.. all.Select(process => process.Tids.Where(tasks.ContainsKey).ToList() is { Count: > 0 } alive ? process with { Tids = alive } : process)];
        new ProcessTree(all, new(new(contents), tasks), output).Write();
        var shown = all.SelectMany(process => process.Tids).Select(tasks.GetValueOrDefault).OfType<DescribedObject>().Concat(trees).Select(item => item.Id).ToHashSet();
        ObjectTree.Write(contents, all: false, output, shown);
    }

    /// <summary>Without recursion, since an image may claim any depth; and each process once, since it may claim rings.</summary>
    private void Write()
    {
        var left = processes.Values.ToDictionary(process => process.Pid);
        foreach (var root in children[null].Concat(processes.Values).ToList())
        {
            waiting.Push((root, "", "", 0));
            while (waiting.TryPop(out var next))
            {
                if (left.Remove(next.Process.Pid))
                {
                    WriteProcess(next.Process, next.First, next.Below, next.Depth);
                }
            }
        }
    }

    private void WriteProcess(ProcessNode process, string first, string below, int depth)
    {
        var parent = process.Parent is { } pid ? processes.GetValueOrDefault(pid) : null;
        var nested = children[process.Pid].ToList();
        output.WriteLine(first + sections.Head(process, parent));
        var own = sections.Below(process);
        var like = parent is null ? null : written.GetValueOrDefault(parent.Pid);
        foreach (var (label, lines) in own)
        {
            var same = lines.Count > 1 && like is not null && like.Any(section => section.Label == label && section.Lines.SequenceEqual(lines));
            WriteSection(below + (nested.Count > 0 ? "│  " : "   "), label, same ? [$"like {parent!.Pid}"] : lines);
        }

        if (nested.Count > 0)
        {
            written[process.Pid] = own;
        }

        var inner = depth < DeepestIndent ? below : below[..^3];
        for (var i = nested.Count - 1; i >= 0; i--)
        {
            var last = i == nested.Count - 1;
            waiting.Push((nested[i], inner + (last ? "└─ " : "├─ "), inner + (last ? "   " : "│  "), Math.Min(depth + 1, DeepestIndent)));
        }
    }

    private void WriteSection(string indent, string label, IReadOnlyList<string> lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            output.WriteLine($"{indent}{(i == 0 ? $"{label}  " : "").PadRight(LabelWidth)}{lines[i]}");
        }
    }
}
