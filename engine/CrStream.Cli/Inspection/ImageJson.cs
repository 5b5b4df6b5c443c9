using System.Text.Json.Nodes;

namespace CrStream.Cli;

/// <summary>A whole image as JSON, without the bulk.</summary>
internal static class ImageJson
{
    /// <summary>The document; docs/command.md describes it.</summary>
    public static JsonObject Of(ImageContents contents) => new()
    {
        ["layers"] = new JsonArray([.. contents.Layers.Select(layer => JsonValue.Create(layer))]),
        ["header"] = JsonText.Of(contents.Header),
        ["objects"] = new JsonArray([.. contents.Objects.Select(item => Of(contents, item))]),
        ["terminator"] = new JsonObject
        {
            ["objects"] = contents.ObjectCount,
            ["bytes"] = contents.Bytes,
            ["xxh128"] = Convert.ToHexStringLower(contents.Hash.Span),
        },
    };

    private static JsonObject Of(ImageContents contents, ImageObject item)
    {
        var result = new JsonObject { ["id"] = item.Id, ["type"] = item.Type, ["version"] = item.Version, ["fields"] = JsonText.Of(item.Fields) };
        if (contents.Bulk.TryGetValue(item.Id, out var owned))
        {
            result["pages"] = owned.Pages;
            result["data_bytes"] = owned.DataBytes;
        }

        return result;
    }
}
