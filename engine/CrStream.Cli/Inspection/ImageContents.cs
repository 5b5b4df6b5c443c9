using CrStream.Abstractions;
using CrStream.Image;

namespace CrStream.Cli;

/// <summary>What an image holds, without the bulk: known without any handler, since images describe themselves.</summary>
internal sealed record ImageContents
{
    /// <summary>The stages around the image from the outermost inwards, such as <c>age</c>, <c>lz4</c>.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>The header: machine, kernel, creator, environment.</summary>
    public required ImageHeader Header { get; init; }

    /// <summary>The objects with an id in stream order, type declarations included.</summary>
    public required IReadOnlyList<DescribedObject> Objects { get; init; }

    /// <summary>How much bulk each object owns, by its id.</summary>
    public required IReadOnlyDictionary<ulong, Bulk> Bulk { get; init; }

    /// <summary>How many objects of every type come before the terminator.</summary>
    public required long ObjectCount { get; init; }

    /// <summary>The bare image, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The hash in the terminator, which the bytes match.</summary>
    public required UInt128 Xxh128 { get; init; }
}

/// <summary>One object that describes itself.</summary>
/// <param name="Id">Its number in the image.</param>
/// <param name="Type">Its type.</param>
/// <param name="Fields">Its payload.</param>
internal sealed record DescribedObject(ulong Id, ObjectType Type, Fields Fields);

/// <summary>The bulk that an object owns.</summary>
/// <param name="Pages">How many pages.</param>
/// <param name="DataBytes">How many bytes of data.</param>
internal readonly record struct Bulk(long Pages, long DataBytes);
