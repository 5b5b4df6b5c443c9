using System.Globalization;

namespace CrStream.Cli;

/// <summary>The objects of an image as a table: a line a type, or a line an object with all its fields.</summary>
internal static class ObjectTable
{
    /// <summary>Writes the table.</summary>
    public static void Write(ImageContents contents, bool every, TextWriter output)
    {
        output.WriteLine();
        var rows = every
            ? contents.Objects.Select(item => new[] { $"#{item.Id}", Type(item), JsonText.Of(item.Fields).ToJsonString() })
            : contents.Objects.GroupBy(Type).Select(group => new[]
            {
                group.Count().ToString(CultureInfo.InvariantCulture),
                group.Key,
                string.Join(", ", Bulk(contents, group)),
            });
        Columns.Write(output, [every ? ["id", "type", "fields"] : ["count", "type", "owns"], .. rows]);
    }

    private static string Type(DescribedObject item) => item.Type.Version == 1 ? item.Type.Name : $"{item.Type.Name} version {item.Type.Version}";

    private static IEnumerable<string> Bulk(ImageContents contents, IEnumerable<DescribedObject> items)
    {
        var owned = items.Select(item => contents.Bulk.GetValueOrDefault(item.Id)).ToList();
        if (owned.Sum(bulk => bulk.Pages) is > 0 and var pages)
        {
            yield return Quantity.Count(pages, "page");
        }

        if (owned.Sum(bulk => bulk.DataBytes) is > 0 and var data)
        {
            yield return $"{Quantity.Bytes(data)} of data";
        }
    }
}
