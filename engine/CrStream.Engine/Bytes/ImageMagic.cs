using CrStream.Abstractions;

namespace CrStream.Engine;

/// <summary>How an image begins, and what to say about a stream that begins with nothing known.</summary>
internal static class ImageMagic
{
    private const int ShownBytes = 16;

    public static ReadOnlySpan<byte> Bytes => "LinuxC/R"u8;

    public static ImageException Unknown(ReadOnlySpan<byte> seen, IReadOnlyList<string> layers, IReadOnlyList<IStage> stages)
    {
        var shown = seen[..Math.Min(seen.Length, ShownBytes)];
        var what = seen.IsEmpty
            ? "there are no bytes"
            : $"begins with {Convert.ToHexStringLower(shown)} ({Printable(shown)}), which is neither an image nor a known layer";
        var where = layers.Count == 0 ? "" : $" inside {string.Join(", ", layers)}";
        var loaded = stages.Count == 0 ? "none" : string.Join(", ", stages.Select(stage => stage.Name));
        return new ImageException(0, $"{what}{where}; stages loaded: {loaded}", hint: "check that it is an image; if it is wrapped by another stage, load that stage");
    }

    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++) text[i] = bytes[i] is >= 0x20 and < 0x7F ? (char)bytes[i] : '.';
        return new string(text);
    }
}
