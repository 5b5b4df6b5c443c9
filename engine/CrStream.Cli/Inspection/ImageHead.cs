using System.Globalization;
using CrStream.Abstractions;
using CrStream.Image;

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
                .. Counted(contents),
                ["hash", $"{contents.Xxh128:x32} (XXH3, matches)"],
            ]);
        output.WriteLine();
    }

    private static string[][] Shared(ImageContents contents) => SharedPages.Of(contents) is > 0 and var pages
        ? [["shared", $"{Quantity.Bytes(pages * contents.Header.PageSize)} of pages that processes share are held once"]]
        : [];

    /// <summary>How it was made sure that nothing was shared with the outside, and what was all the same.</summary>
    private static IEnumerable<string[]> Counted(ImageContents contents)
    {
        if (contents.Header.Environment.Find("reference_counts") is { } method)
        {
            yield return ["references", Whole(method) switch { "bpf" => "counted by the kernel (bpf)", "kcmp" => "compared with all other processes (kcmp)", var other => other }];
        }

        foreach (var leak in contents.Objects.Where(item => item.Type == CoreTypes.Tree).SelectMany(tree => tree.Fields.FindMaps("leaks")))
        {
            yield return ["leak", $"{Whole(leak.Find("kind"))} (allowed): {Whole(leak.Find("text"))}"];
        }
    }

    private static string Whole(Value? value) => value is { Kind: ValueKind.Text } ? Printable.Of(value.AsText()) : "?";

    /// <summary>The layers around the image, from the outermost inwards.</summary>
    public static string Layers(ImageContents contents) => contents.Layers.Count == 0 ? "no layers" : $"layers {string.Join(" > ", contents.Layers)}";
}
