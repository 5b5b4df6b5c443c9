using System.Text.Json.Nodes;
using CrStream.Image;

namespace CrStream.Cli;

/// <summary>A whole image as JSON, without the bulk.</summary>
internal static class ImageJson
{
    /// <summary>The document; docs/command.md describes it.</summary>
    public static JsonObject Of(ImageContents contents) => Of(contents, new ObjectGraph(contents));

    private static JsonObject Of(ImageContents contents, ObjectGraph graph) => new()
    {
        ["layers"] = new JsonArray([.. contents.Layers.Select(layer => JsonValue.Create(layer))]),
        ["header"] = Of(contents.Header),
        ["objects"] = new JsonArray([.. contents.Objects.Select(item => Of(contents, item, graph))]),
        ["shared_pages"] = SharedPages.Of(contents),
        ["terminator"] = new JsonObject
        {
            ["objects"] = contents.ObjectCount,
            ["bytes"] = contents.Bytes,
            ["xxh128"] = $"{contents.Xxh128:x32}",
        },
    };

    private static JsonObject Of(ImageHeader header) => new()
    {
        ["version"] = header.Version,
        ["arch"] = header.Arch,
        ["kernel"] = header.Kernel,
        ["kernel_version"] = header.KernelVersion,
        ["page_size"] = header.PageSize,
        ["image_id"] = header.ImageId.ToString("N"),
        ["created"] = header.Created.ToUnixTimeSeconds(),
        ["creator"] = header.Creator,
        ["environment"] = JsonText.Of(header.Environment),
        ["additional"] = JsonText.Of(header.Additional),
    };

    private static JsonObject Of(ImageContents contents, DescribedObject item, ObjectGraph graph)
    {
        var result = new JsonObject { ["id"] = item.Id, ["type"] = item.Type.Name, ["version"] = item.Type.Version, ["fields"] = JsonText.Of(item.Fields) };
        if (contents.Bulk.TryGetValue(item.Id, out var owned))
        {
            result["pages"] = owned.Pages;
            result["data_bytes"] = owned.DataBytes;
        }

        if (item.Type == CoreTypes.Mm && SharedPages.Of(item.Fields) is > 0 and var shared)
        {
            result["shared_pages"] = shared;
            result["shared_with"] = SharedPages.With(item.Fields, graph.Find);
        }

        return result;
    }
}
