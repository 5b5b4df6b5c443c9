using System.Buffers;
using System.Buffers.Binary;

namespace CrStream.Image.Tests;

/// <summary>Puts together images, well-formed or not, from bytes.</summary>
internal sealed class RawImage
{
    private readonly ArrayBufferWriter<byte> bytes = new();
    private ulong objects;

    public RawImage() => Samples.Header.Write(bytes);

    /// <summary>Where the next byte goes.</summary>
    public int Position => bytes.WrittenCount;

    public RawImage Raw(ReadOnlySpan<byte> raw)
    {
        bytes.Write(raw);
        return this;
    }

    public RawImage Head(uint type, uint length)
    {
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(head, type);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], length);
        objects++;
        return Raw(head);
    }

    public RawImage Object(uint type, ReadOnlySpan<byte> payload) => Head(type, (uint)payload.Length + 8).Raw(payload);

    public RawImage Fields(uint type, Abstractions.Fields payload) => Object(type, FieldsCodec.Write(payload));

    public RawImage Hex(uint type, string payload) => Object(type, Convert.FromHexString(payload.Replace(" ", "", StringComparison.Ordinal)));

    public RawImage Pages(ulong owner, ulong address, uint count, int length)
    {
        var payload = new byte[24 + length];
        BinaryPrimitives.WriteUInt64LittleEndian(payload, owner);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(8), address);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(16), count);
        return Object(CoreTypes.PagesNumber, payload);
    }

    /// <summary>All bytes so far, without a terminator.</summary>
    public byte[] Cut() => bytes.WrittenSpan.ToArray();

    /// <summary>All bytes, with a terminator that matches them.</summary>
    public byte[] Seal() => Reseal(bytes.WrittenSpan, objects);

    public static byte[] Reseal(ReadOnlySpan<byte> body, ulong objects)
    {
        var seal = new ImageSeal();
        seal.Append(body);
        return [.. body, .. seal.MakeTerminator(objects)];
    }
}
