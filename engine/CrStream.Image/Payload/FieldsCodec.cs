using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>A payload as it was read.</summary>
/// <param name="Fields">The fields, in the order of the wire.</param>
/// <param name="References">Every reference in them, nested ones included, in the order of the wire.</param>
public sealed record DecodedFields(Fields Fields, IReadOnlyList<ImageReference> References);

/// <summary>
/// Fields to bytes and back: the part of CBOR (RFC 8949) that images use, with one encoding for each value. Lengths are
/// definite, heads are the shortest, keys are texts and keep their order, and tag 0x4352 around an unsigned integer is
/// a reference. There are no floats, no null, no other tags and no other simple values.
/// </summary>
public static class FieldsCodec
{
    /// <summary>The CBOR tag of a reference: the letters "CR".</summary>
    public const ulong ReferenceTag = 0x4352;

    /// <summary>Encodes fields.</summary>
    /// <exception cref="InvalidOperationException">They cannot be encoded: nested too deep, or no valid text.</exception>
    /// <exception cref="CheckpointException">They are more than an object can hold.</exception>
    public static byte[] Write(Fields fields)
    {
        var writer = new FieldsWriter();
        var bytes = new byte[writer.Prepare(fields, id: null, written: ulong.MaxValue)];
        writer.CopyTo(bytes);
        return bytes;
    }

    /// <summary>Decodes fields that fill all of some bytes. The result keeps nothing of the bytes.</summary>
    /// <param name="bytes">One encoded map.</param>
    /// <param name="offset">Where the bytes stand in the image, for errors.</param>
    /// <exception cref="ImageException">The bytes are not the one encoding of any fields.</exception>
    public static DecodedFields Read(ReadOnlyMemory<byte> bytes, long offset = 0)
    {
        var reader = new FieldsReader();
        return new(reader.Read(bytes, offset), reader.References);
    }
}
