using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>
/// The object graph as a tree: what nothing refers to stands at the left (the task tree, in a whole image), and what
/// an object refers to or holds stands below it. An object that several refer to is shown at the first.
/// </summary>
internal sealed class ObjectTree
{
    /// <summary>The type number 1 of the envelope: declarations say nothing about the process.</summary>
    public const string DeclarationType = "type-declaration";

    private readonly ImageContents contents;
    private readonly TextWriter output;
    private readonly Dictionary<ulong, ImageObject> byId;
    private readonly HashSet<ulong> shown = [];
    private readonly long pageSize;

    private ObjectTree(ImageContents contents, TextWriter output)
    {
        this.contents = contents;
        this.output = output;
        byId = contents.Objects.ToDictionary(item => item.Id);
        pageSize = contents.Header.Find("page_size")?.AsInt64() ?? 4096;
    }

    /// <summary>Writes the tree.</summary>
    public static void Write(ImageContents contents, TextWriter output)
    {
        var tree = new ObjectTree(contents, output);
        var referred = contents.Objects.SelectMany(item => References((Value)item.Fields)).ToHashSet();
        foreach (var root in contents.Objects.Where(item => item.Type != DeclarationType && !referred.Contains(item.Id)))
        {
            output.WriteLine(tree.Label(root));
            tree.WriteBelow(root.Fields, "");
        }
    }

    private string Label(ImageObject item)
    {
        shown.Add(item.Id);
        var plain = ObjectLine.Plain(item.Fields);
        var bulk = contents.Bulk.TryGetValue(item.Id, out var owned) ? Describe(owned) : "";
        return $"#{item.Id} {Printable.Of(item.Type)}{(plain.Length == 0 ? "" : " " + plain)}{bulk}";
    }

    private string Describe(Bulk owned) =>
        (owned.Pages > 0 ? $", {Quantity.Count(owned.Pages, "page")} ({Quantity.Bytes(owned.Pages * pageSize)})" : "")
        + (owned.DataBytes > 0 ? $", {Quantity.Bytes(owned.DataBytes)} of data" : "");

    private void WriteBelow(Fields fields, string indent)
    {
        var nodes = fields.SelectMany(field => Nodes(field.Key, field.Value)).ToList();
        for (var i = 0; i < nodes.Count; i++)
        {
            var (key, value) = nodes[i];
            var last = i == nodes.Count - 1;
            output.Write($"{indent}{(last ? "└─ " : "├─ ")}{Printable.Of(key)}: ");
            WriteNode(value, indent + (last ? "   " : "│  "));
        }
    }

    private void WriteNode(Value value, string indent)
    {
        if (value.Kind == ValueKind.Map)
        {
            output.WriteLine(ObjectLine.Plain(value.AsMap()));
            WriteBelow(value.AsMap(), indent);
        }
        else if (value.Kind != ValueKind.Reference)
        {
            output.WriteLine(ObjectLine.Of("", value));
        }
        else if (!byId.TryGetValue(value.AsReference(), out var item))
        {
            output.WriteLine($"#{value.AsReference()}");
        }
        else if (shown.Contains(item.Id))
        {
            output.WriteLine($"#{item.Id} {Printable.Of(item.Type)}, shown above");
        }
        else
        {
            output.WriteLine(Label(item));
            WriteBelow(item.Fields, indent);
        }
    }

    /// <summary>What gets a line of its own below an object: references, maps, and each of them in a list.</summary>
    private static IEnumerable<(string Key, Value Value)> Nodes(string key, Value value) => value.Kind switch
    {
        ValueKind.Reference or ValueKind.Map => [(key, value)],
        ValueKind.Array when value.AsArray().Any(item => item.Kind is ValueKind.Reference or ValueKind.Map or ValueKind.Array) =>
            value.AsArray().SelectMany((item, index) => item.Kind == ValueKind.Array ? Nodes($"{key}[{index}]", item) : [($"{key}[{index}]", item)]),
        ValueKind.Array => [(key, Value.Array(value.AsArray()))],
        _ => [],
    };

    private static IEnumerable<ulong> References(Value value) => value.Kind switch
    {
        ValueKind.Reference => [value.AsReference()],
        ValueKind.Array => value.AsArray().SelectMany(References),
        ValueKind.Map => value.AsMap().SelectMany(field => References(field.Value)),
        _ => [],
    };
}
