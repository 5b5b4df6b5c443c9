using CrStream.Abstractions;
using CrStream.Image;

namespace CrStream.Cli;

/// <summary>
/// The object graph as a tree: what nothing refers to stands at the left (the tasks, in a whole image), and what an
/// object refers to or holds stands below it. An object that several refer to is shown at the first.
/// </summary>
internal sealed class ObjectTree
{
    /// <summary>How many entries of a list are shown, unless all are asked for.</summary>
    private const int LongestList = 12;

    /// <summary>How long a line's indent grows before what is below it is left out: an image may claim any depth.</summary>
    private const int LongestIndent = 192;

    private readonly ImageContents contents;
    private readonly TextWriter output;
    private readonly int longestList;
    private readonly ObjectGraph graph;
    private readonly HashSet<ulong> shown = [];

    private ObjectTree(ImageContents contents, bool all, TextWriter output)
    {
        this.contents = contents;
        this.output = output;
        longestList = all ? int.MaxValue : LongestList;
        graph = new(contents);
    }

    /// <summary>Writes the tree.</summary>
    /// <param name="contents">The image.</param>
    /// <param name="all">Whether long lists are shown to their end.</param>
    /// <param name="output">Where to.</param>
    /// <param name="without">Objects that have been shown in another form.</param>
    public static void Write(ImageContents contents, bool all, TextWriter output, IReadOnlyCollection<ulong>? without = null)
    {
        var tree = new ObjectTree(contents, all, output);
        tree.shown.UnionWith(without ?? []);
        var referred = contents.Objects.SelectMany(item => ObjectGraph.References(item.Fields)).ToHashSet();
        foreach (var root in contents.Objects.Where(item => item.Type != CoreTypes.TypeDeclaration && !referred.Contains(item.Id) && !tree.shown.Contains(item.Id)))
        {
            tree.WriteObject(root, "");
        }
    }

    private void WriteObject(DescribedObject item, string indent)
    {
        if (!shown.Add(item.Id))
        {
            output.WriteLine($"#{item.Id} {Printable.Of(item.Type.Name)}, shown above");
            return;
        }

        var owned = contents.Bulk.GetValueOrDefault(item.Id);
        var pages = owned.Pages > 0 ? $", {Quantity.Count(owned.Pages, "page")} ({Quantity.Bytes(owned.Pages * contents.Header.PageSize)})" : "";
        var data = owned.DataBytes > 0 ? $", {Quantity.Bytes(owned.DataBytes)} of data" : "";
        output.WriteLine($"#{item.Id} {Printable.Of(item.Type.Name)} {ObjectLine.Plain(item.Fields)}".TrimEnd() + pages + data);
        if (indent.Length < LongestIndent)
        {
            WriteBelow(item.Fields, indent);
        }
    }

    private void WriteBelow(Fields fields, string indent)
    {
        var nodes = fields.Where(field => ObjectLine.NeedsLines(field.Value)).SelectMany(field => Nodes(Printable.Of(field.Key), field.Value)).ToList();
        for (var i = 0; i < nodes.Count; i++)
        {
            var last = i == nodes.Count - 1;
            output.Write($"{indent}{(last ? "└─ " : "├─ ")}{nodes[i].Label}");
            WriteNode(nodes[i].Value, indent + (last ? "   " : "│  "));
        }
    }

    private void WriteNode(Value? value, string indent)
    {
        switch (value?.Kind)
        {
            case ValueKind.Reference when graph.Find(value.AsReference()) is { } item:
                WriteObject(item, indent);
                break;
            case ValueKind.Map when MappingLine.Of(value.AsMap(), NameOf) is { } mapping:
                output.WriteLine(mapping);
                break;
            case ValueKind.Map when value.AsMap() is var map && map.Where(field => ObjectLine.NeedsLines(field.Value)).ToList() is [{ Value.Kind: ValueKind.Reference } only]:
                output.Write($"{ObjectLine.Plain(map)} {Printable.Of(only.Key)}: ".TrimStart());
                WriteNode(only.Value, indent);
                break;
            case ValueKind.Map:
                output.WriteLine(ObjectLine.Plain(value.AsMap()));
                WriteBelow(value.AsMap(), indent);
                break;
            default:
                output.WriteLine(value is null ? "" : ObjectLine.Of("", value));
                break;
        }
    }

    /// <summary>What gets a line of its own below an object: references, maps, and each of them in a list.</summary>
    private IEnumerable<(string Label, Value? Value)> Nodes(string key, Value value)
    {
        if (value.Kind != ValueKind.Array)
        {
            return [($"{key}: ", value)];
        }

        var items = value.AsArray();
        var nodes = items.Take(longestList).SelectMany((item, index) => Nodes($"{key}[{index}]", item));
        return items.Count <= longestList ? nodes : nodes.Append(($"{key}: {items.Count - longestList} more, shown with --all", null));
    }

    private string NameOf(ulong id)
    {
        var (named, name) = graph.NameOf(id);
        return $"#{named} {name}";
    }
}
