using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>The last object: what came before it.</summary>
/// <param name="Objects">How many objects, of every type.</param>
/// <param name="Bytes">How many bytes, the header included.</param>
/// <param name="Xxh128">Their XXH3 128-bit hash; its canonical form on the wire is most significant byte first.</param>
internal sealed record Terminator(ulong Objects, ulong Bytes, UInt128 Xxh128)
{
    private const int HashLength = 16;

    /// <summary>Reads a terminator's payload.</summary>
    /// <param name="payload">What follows its type and length.</param>
    /// <param name="offset">Where the payload stands in the image.</param>
    public static Terminator Read(ReadOnlyMemory<byte> payload, long offset)
    {
        var fields = FieldsCodec.Read(payload, offset).Fields;
        try
        {
            fields.RequireKeys("objects", "bytes", "xxh128");
            return fields.Bytes("xxh128") is { Length: HashLength } hash
                ? new(fields.UInt64("objects"), fields.UInt64("bytes"), BinaryPrimitives.ReadUInt128BigEndian(hash.Span))
                : throw new FieldException("xxh128", $"does not have {HashLength} bytes");
        }
        catch (FieldException invalid)
        {
            throw new ImageException(offset, $"the terminator's {invalid.Message}", cause: invalid);
        }
    }

    /// <summary>The whole object.</summary>
    public byte[] ToBytes()
    {
        var hash = new byte[HashLength];
        BinaryPrimitives.WriteUInt128BigEndian(hash, Xxh128);
        var payload = FieldsCodec.Write(new Fields { ["objects"] = Objects, ["bytes"] = Bytes, ["xxh128"] = hash });
        var bytes = new byte[ObjectHead.Length + payload.Length];
        new ObjectHead(CoreTypes.TerminatorNumber, bytes.Length).Write(bytes);
        payload.CopyTo(bytes, ObjectHead.Length);
        return bytes;
    }
}
