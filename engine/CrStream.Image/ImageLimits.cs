namespace CrStream.Image;

/// <summary>
/// The bounds of format version 1. They keep a reader's memory bounded whatever the bytes are: one object's buffer, and
/// what its payload becomes in memory (under 64 MiB for the most hostile one).
/// </summary>
public static class ImageLimits
{
    /// <summary>The longest object, in bytes, its type and length included.</summary>
    public const int MaximumObjectLength = 8 << 20;

    /// <summary>The longest header body, in bytes.</summary>
    public const int MaximumHeaderLength = 64 << 10;

    /// <summary>How deep maps and arrays nest, the payload's own map being the first level.</summary>
    public const int MaximumDepth = 16;

    /// <summary>
    /// How many values one payload has, nested ones and the payload's map included. It has room for an mm with the
    /// 65,530 vmas that the kernel allows by default (vm.max_map_count), at eight values each.
    /// </summary>
    public const int MaximumValues = 1 << 19;

    /// <summary>The longest key, in bytes of UTF-8.</summary>
    public const int MaximumKeyLength = 255;

    /// <summary>How many types an image declares.</summary>
    public const int MaximumDeclaredTypes = 1024;

    /// <summary>The longest name of a declared type, in characters.</summary>
    public const int MaximumTypeNameLength = 200;

    /// <summary>The longest provider of a declared type, in characters.</summary>
    public const int MaximumProviderLength = 1000;

    /// <summary>The smallest page, in bytes.</summary>
    public const int MinimumPageSize = 4 << 10;

    /// <summary>The largest page, in bytes.</summary>
    public const int MaximumPageSize = 64 << 10;
}
