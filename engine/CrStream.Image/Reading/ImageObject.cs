using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>
/// One object of an image: a <see cref="TypeDeclaration"/>, a <see cref="FieldsObject"/>, a <see cref="PagesObject"/>
/// or a <see cref="DataObject"/>.
/// </summary>
public abstract class ImageObject
{
    private protected ImageObject()
    {
    }

    /// <summary>Where the object begins, in bytes from the start of the image.</summary>
    public long Offset { get; internal set; }

    /// <summary>The whole object's length, in bytes.</summary>
    public int Length { get; internal set; }

    /// <summary>The number of its type.</summary>
    public uint TypeNumber { get; internal set; }

    /// <summary>Its type, core or declared.</summary>
    public abstract ObjectType Type { get; }
}

/// <summary>An object whose payload is a map with an id: any core or declared type.</summary>
public sealed class FieldsObject : ImageObject
{
    internal FieldsObject(ObjectType type, ulong id, Fields fields, IReadOnlyList<ImageReference> references) =>
        (Type, Id, Fields, References) = (type, id, fields, references);

    /// <inheritdoc/>
    public override ObjectType Type { get; }

    /// <summary>Its id.</summary>
    public ulong Id { get; }

    /// <summary>Its payload, without the id, as it was given to <see cref="ImageWriter.WriteObject"/>.</summary>
    public Fields Fields { get; }

    /// <summary>The references in the payload; all of them lead backwards.</summary>
    public IReadOnlyList<ImageReference> References { get; }
}

/// <summary>Raw pages. The reader has one instance, which is valid until its next call.</summary>
public sealed class PagesObject : ImageObject
{
    internal PagesObject()
    {
    }

    /// <inheritdoc/>
    public override ObjectType Type => CoreTypes.Pages;

    /// <summary>The id of the object that the pages belong to.</summary>
    public ulong Owner { get; internal set; }

    /// <summary>Where the first page belongs, in bytes; a multiple of the page size.</summary>
    public ulong Address { get; internal set; }

    /// <summary>How many pages there are; at least 1.</summary>
    public uint Count { get; internal set; }

    /// <summary>Of the owner's own meaning.</summary>
    public uint Flags { get; internal set; }

    /// <summary>The pages' bytes, valid until the reader's next call.</summary>
    public ReadOnlyMemory<byte> Bytes { get; internal set; }
}

/// <summary>Raw contents. The reader has one instance, which is valid until its next call.</summary>
public sealed class DataObject : ImageObject
{
    internal DataObject()
    {
    }

    /// <inheritdoc/>
    public override ObjectType Type => CoreTypes.Data;

    /// <summary>The id of the object that the contents belong to.</summary>
    public ulong Owner { get; internal set; }

    /// <summary>Of the owner's own meaning; mostly a byte offset.</summary>
    public ulong ContentOffset { get; internal set; }

    /// <summary>The bytes, valid until the reader's next call.</summary>
    public ReadOnlyMemory<byte> Bytes { get; internal set; }
}
