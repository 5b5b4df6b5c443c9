using System.Globalization;

namespace CrStream.Cli;

/// <summary>The lines at the head of <c>crstream inspect</c>: what the image is and where it was made.</summary>
internal static class ImageSummary
{
    /// <summary>Writes them.</summary>
    public static void Write(ImageContents contents, TextWriter output)
    {
        var header = contents.Header;
        var rows = new List<string[]>
        {
            new[] { "image", $"{Quantity.Bytes(contents.Bytes)}, {Quantity.Count(contents.ObjectCount, "object")}, {Layers(contents)}" },
        };
        Row("id", "image_id");
        if (header.Find("created") is { } created)
        {
            rows.Add(["created", DateTimeOffset.FromUnixTimeSeconds(created.AsInt64()).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)]);
        }

        Row("creator", "creator");
        Row("machine", "arch");
        Row("kernel", "kernel");
        Row("page size", "page_size");
        rows.Add(["hash", $"{Convert.ToHexStringLower(contents.Hash.Span)} (XXH3, matches)"]);
        Columns.Write(output, rows);
        output.WriteLine();

        void Row(string label, string key)
        {
            if (header.Find(key) is { } value)
            {
                rows.Add([label, ObjectLine.Of(key, value)]);
            }
        }
    }

    /// <summary>The layers around the image, from the outermost inwards.</summary>
    public static string Layers(ImageContents contents) => contents.Layers.Count == 0 ? "no layers" : $"layers {string.Join(" > ", contents.Layers)}";
}
