using CrStream.Abstractions;

namespace CrStream.Cli;

/// <summary>What an image holds, without the bulk: known without any handler, since images describe themselves.</summary>
internal sealed record ImageContents
{
    /// <summary>The stages around the image from the outermost inwards, such as <c>age</c>, <c>lz4</c>.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>The header's map: machine, kernel, creator, environment.</summary>
    public required Fields Header { get; init; }

    /// <summary>The described objects in stream order, type declarations included.</summary>
    public required IReadOnlyList<ImageObject> Objects { get; init; }

    /// <summary>How much bulk each object owns, by its id.</summary>
    public IReadOnlyDictionary<ulong, Bulk> Bulk { get; init; } = new Dictionary<ulong, Bulk>();

    /// <summary>How many objects of every type come before the terminator.</summary>
    public long ObjectCount { get; init; }

    /// <summary>The bare image, in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>The hash in the terminator (XXH3, 128 bits), which the bytes have been held against.</summary>
    public ReadOnlyMemory<byte> Hash { get; init; }
}

/// <summary>One object that describes itself.</summary>
/// <param name="Id">Its number in the image.</param>
/// <param name="Type">Its type's name.</param>
/// <param name="Version">Its type's version.</param>
/// <param name="Fields">Its payload.</param>
internal sealed record ImageObject(ulong Id, string Type, int Version, Fields Fields);

/// <summary>The bulk that an object owns.</summary>
/// <param name="Pages">How many pages.</param>
/// <param name="DataBytes">How many bytes of data.</param>
internal readonly record struct Bulk(long Pages, long DataBytes);
