using System.Globalization;

namespace CrStream.Cli;

/// <summary>The lines at the head of <c>crstream inspect</c>: what the image is and where it was made.</summary>
internal static class ImageHead
{
    /// <summary>Writes them.</summary>
    public static void Write(ImageContents contents, TextWriter output)
    {
        var header = contents.Header;
        Columns.Write(
            output,
            [
                ["image", $"{Quantity.Bytes(contents.Bytes)}, {Quantity.Count(contents.ObjectCount, "object")}, {Layers(contents)}"],
                .. Shared(contents),
                ["id", header.ImageId.ToString("N")],
                ["created", header.Created.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)],
                ["creator", header.Creator],
                ["machine", $"{header.Arch}, pages of {header.PageSize} bytes"],
                ["kernel", $"{header.Kernel} {header.KernelVersion}"],
                ["hash", $"{contents.Xxh128:x32} (XXH3, matches)"],
            ]);
        output.WriteLine();
    }

    private static string[][] Shared(ImageContents contents) => SharedPages.Of(contents) is > 0 and var pages
        ? [["shared", $"{Quantity.Bytes(pages * contents.Header.PageSize)} of pages that processes share are held once"]]
        : [];

    /// <summary>The layers around the image, from the outermost inwards.</summary>
    public static string Layers(ImageContents contents) => contents.Layers.Count == 0 ? "no layers" : $"layers {string.Join(" > ", contents.Layers)}";
}
