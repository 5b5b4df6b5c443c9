using System.Formats.Cbor;
using System.Text;
using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>
/// Decodes payloads one after another, and refuses every encoding but the one that <see cref="FieldsWriter"/> makes.
/// What it keeps is bounded by <see cref="ImageLimits"/>; what it gives away keeps nothing of the bytes.
/// </summary>
internal sealed class FieldsReader
{
    /// <summary>The first key of an object's payload.</summary>
    public const string IdKey = "id";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly CborReader cbor = new(ReadOnlyMemory<byte>.Empty, CborConformanceMode.Lax);
    private List<ImageReference>? references;
    private int length;
    private long offset;
    private int values;

    /// <summary>The references of the payload that was read last.</summary>
    public IReadOnlyList<ImageReference> References => references ?? (IReadOnlyList<ImageReference>)[];

    private int Position => length - cbor.BytesRemaining;

    /// <summary>Decodes a payload without an id.</summary>
    public Fields Read(ReadOnlyMemory<byte> bytes, long offset) => ReadRoot(bytes, offset, withId: false).Fields;

    /// <summary>Decodes a payload that begins with an id, which is taken out of it.</summary>
    public (ulong Id, Fields Fields) ReadWithId(ReadOnlyMemory<byte> bytes, long offset) => ReadRoot(bytes, offset, withId: true);

    /// <summary>The bytes of the shortest head for an argument: RFC 8949, section 3.</summary>
    internal static int HeadLength(ulong argument) => argument switch
    {
        < 24 => 1,
        <= byte.MaxValue => 2,
        <= ushort.MaxValue => 3,
        <= uint.MaxValue => 5,
        _ => 9,
    };

    private (ulong Id, Fields Fields) ReadRoot(ReadOnlyMemory<byte> bytes, long offset, bool withId)
    {
        length = bytes.Length;
        this.offset = offset;
        values = 0;
        references = null;
        cbor.Reset(bytes);
        try
        {
            if (cbor.PeekState() != CborReaderState.StartMap)
            {
                throw Refuse(0, "the payload is not a map");
            }

            var result = ReadMap(depth: 1, withId);
            return cbor.BytesRemaining == 0 ? result : throw Refuse(Position, $"{cbor.BytesRemaining} bytes follow the payload inside its object");
        }
        catch (CborContentException malformed)
        {
            throw new ImageException(offset + Position, "the payload is not well-formed CBOR", cause: malformed);
        }
    }

    private (ulong Id, Fields Fields) ReadMap(int depth, bool withId = false)
    {
        var start = Position;
        Count(start);
        CheckDepth(start, depth);
        var count = cbor.ReadStartMap() ?? throw Refuse(start, "a map has no definite length");
        CheckHead(start, (ulong)count);
        var fields = new Fields();
        var id = 0UL;
        for (var i = 0; i < count; i++)
        {
            start = Position;
            var key = ReadKey(start);
            if (withId && i == 0)
            {
                id = key == IdKey ? ReadId(Position) : throw Refuse(start, $"the first key is \"{key}\", not \"{IdKey}\"");
                continue;
            }

            if (fields.Find(key) is not null || (withId && key == IdKey))
            {
                throw Refuse(start, $"the key \"{key}\" occurs twice");
            }

            fields[key] = ReadValue(depth + 1);
        }

        cbor.ReadEndMap();
        return withId && count == 0 ? throw Refuse(0, $"the payload is empty and has no \"{IdKey}\"") : (id, fields);
    }

    private Value ReadValue(int depth)
    {
        var start = Position;
        switch (cbor.PeekState())
        {
            case CborReaderState.StartMap:
                return ReadMap(depth).Fields;
            case CborReaderState.StartArray:
                return ReadArray(depth);
            case CborReaderState.UnsignedInteger:
                return ReadUnsigned(start);
            case CborReaderState.NegativeInteger:
                return ReadNegative(start);
            case CborReaderState.TextString:
                return ReadText(start);
            case CborReaderState.ByteString:
                Count(start);
                var bytes = cbor.ReadDefiniteLengthByteString();
                CheckHead(start, (ulong)bytes.Length, bytes.Length);
                return bytes.ToArray();
            case CborReaderState.Boolean:
                Count(start);
                return cbor.ReadBoolean();
            case CborReaderState.Tag:
                return ReadReference(start);
            case var other:
                throw Refuse(start, $"{other} is not among the kinds of value that an image has");
        }
    }

    private Value ReadArray(int depth)
    {
        var start = Position;
        Count(start);
        CheckDepth(start, depth);
        var count = cbor.ReadStartArray() ?? throw Refuse(start, "an array has no definite length");
        CheckHead(start, (ulong)count);
        if (count > ImageLimits.MaximumValues)
        {
            throw Refuse(start, $"an array of {count} values is over the bound of {ImageLimits.MaximumValues}");
        }

        var items = new Value[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = ReadValue(depth + 1);
        }

        cbor.ReadEndArray();
        return Value.Array(items);
    }

    private ulong ReadId(int start) =>
        cbor.PeekState() == CborReaderState.UnsignedInteger ? ReadUnsigned(start) : throw Refuse(start, "the id is not an unsigned integer");

    private ulong ReadUnsigned(int start)
    {
        Count(start);
        var number = cbor.ReadUInt64();
        CheckHead(start, number);
        return number;
    }

    private Value ReadNegative(int start)
    {
        Count(start);
        var argument = cbor.ReadCborNegativeIntegerRepresentation();
        CheckHead(start, argument);
        return argument <= long.MaxValue ? -1 - (long)argument : throw Refuse(start, "an integer is below -2^63");
    }

    private Value ReadReference(int start)
    {
        var tag = (ulong)cbor.ReadTag();
        if (tag != FieldsCodec.ReferenceTag)
        {
            throw Refuse(start, $"the tag {tag} is not that of a reference");
        }

        CheckHead(start, tag);
        var at = Position;
        var id = cbor.PeekState() == CborReaderState.UnsignedInteger ? ReadUnsigned(at) : throw Refuse(at, "a reference is not an unsigned integer");
        (references ??= []).Add(new(id, offset + start));
        return Value.Reference(id);
    }

    private string ReadKey(int start)
    {
        if (cbor.PeekState() != CborReaderState.TextString)
        {
            throw Refuse(start, "a key is not a text of definite length");
        }

        var utf8 = cbor.ReadDefiniteLengthTextStringBytes();
        return utf8.Length <= ImageLimits.MaximumKeyLength
            ? Decode(start, utf8.Span)
            : throw Refuse(start, $"a key of {utf8.Length} bytes is over the bound of {ImageLimits.MaximumKeyLength}");
    }

    private string ReadText(int start)
    {
        Count(start);
        return Decode(start, cbor.ReadDefiniteLengthTextStringBytes().Span);
    }

    private string Decode(int start, ReadOnlySpan<byte> utf8)
    {
        CheckHead(start, (ulong)utf8.Length, utf8.Length);
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException invalid)
        {
            throw new ImageException(offset + start, "a text is not valid UTF-8", cause: invalid);
        }
    }

    private void CheckHead(int start, ulong argument, int contents = 0)
    {
        if (Position - start - contents != HeadLength(argument))
        {
            throw Refuse(start, "a number or length is not in its shortest form");
        }
    }

    private void CheckDepth(int start, int depth)
    {
        if (depth > ImageLimits.MaximumDepth)
        {
            throw Refuse(start, $"the payload nests deeper than {ImageLimits.MaximumDepth} levels");
        }
    }

    private void Count(int start)
    {
        if (++values > ImageLimits.MaximumValues)
        {
            throw Refuse(start, $"the payload has more than {ImageLimits.MaximumValues} values");
        }
    }

    private ImageException Refuse(int position, string message) => new(offset + position, message);
}
