using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>The objects of an image by their ids, and what they are called.</summary>
internal sealed class ObjectGraph(ImageContents contents)
{
    /// <summary>How far references are followed to find what an object is called.</summary>
    private const int NameDepth = 3;

    private static readonly string[] MainFields = ["path", "name", "link"];

    private readonly Dictionary<ulong, DescribedObject> byId = contents.Objects.ToDictionary(item => item.Id);

    /// <summary>The object with an id, or null.</summary>
    public DescribedObject? Find(ulong? id) => id is { } known ? byId.GetValueOrDefault(known) : null;

    /// <summary>The fields of the object that a field refers to; none where it does not.</summary>
    public Fields Follow(Fields fields, string key) => Find(fields.FindReference(key))?.Fields ?? new();

    /// <summary>A path or name that the object has, or else what it alone refers to, and whose it is; otherwise the type of the last.</summary>
    public (ulong Id, string Name) NameOf(ulong id)
    {
        var last = Find(id);
        for (var (item, depth) = (last, 0); item is not null && depth <= NameDepth; depth++)
        {
            last = item;
            if (MainField(item.Fields) is { } name)
            {
                return (item.Id, name);
            }

            item = References(item.Fields).Take(2).ToList() is [var only] ? Find(only) : null;
        }

        return last is null ? (id, "") : (last.Id, ShortType(last));
    }

    /// <summary>
    /// The last label of the type, the main field, and how much data the object owns: <c>device /dev/null</c>. A link
    /// such as <c>pipe:[4711]</c> says its type already.
    /// </summary>
    public string Describe(DescribedObject item)
    {
        var owned = contents.Bulk.GetValueOrDefault(item.Id).DataBytes;
        var (type, text) = (ShortType(item), MainField(item.Fields) ?? ObjectLine.Plain(item.Fields));
        return (text.StartsWith(type + ':', StringComparison.Ordinal) ? text : $"{type} {text}".TrimEnd()) + (owned > 0 ? $", {Quantity.Bytes(owned)} of data" : "");
    }

    /// <summary>The size of a page in bytes.</summary>
    public long PageSize => contents.Header.PageSize;

    /// <summary>The bytes of the pages that an object owns.</summary>
    public long PageBytes(ulong? id) => id is { } known ? contents.Bulk.GetValueOrDefault(known).Pages * contents.Header.PageSize : 0;

    /// <summary>The ids that a value refers to, at any depth.</summary>
    public static IEnumerable<ulong> References(Value value) => value.Kind switch
    {
        ValueKind.Reference => [value.AsReference()],
        ValueKind.Array => value.AsArray().SelectMany(References),
        ValueKind.Map => value.AsMap().SelectMany(field => References(field.Value)),
        _ => [],
    };

    private static string? MainField(Fields fields) => MainFields.Select(fields.FindText).FirstOrDefault(text => text is not null);

    private static string ShortType(DescribedObject item) => Printable.Of(item.Type.Name[(item.Type.Name.LastIndexOf('.') + 1)..]);
}
