using System.Formats.Cbor;
using System.Text;
using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>Encodes payloads one after another into a buffer of its own, so that nothing half-made reaches a stream.</summary>
internal sealed class FieldsWriter
{
    // Strict, so that text with lone surrogates is refused rather than changed.
    private readonly CborWriter cbor = new(CborConformanceMode.Strict);
    private ulong written;
    private int values;

    /// <summary>Encodes a payload and gives its length in bytes; <see cref="CopyTo"/> then hands it over.</summary>
    /// <param name="fields">The payload.</param>
    /// <param name="id">What the first key "id" gets; null for a payload without one.</param>
    /// <param name="written">How many ids exist: references must be to 1 up to this number.</param>
    public int Prepare(Fields fields, ulong? id, ulong written)
    {
        this.written = written;
        values = 0;
        cbor.Reset();
        try
        {
            WriteMap(fields, id, depth: 1);
        }
        catch (ArgumentException invalid)
        {
            throw new InvalidOperationException("a text of the payload is not valid UTF-16", invalid);
        }

        return cbor.BytesWritten;
    }

    /// <summary>Copies out what was prepared.</summary>
    public void CopyTo(Span<byte> destination) => cbor.Encode(destination);

    private void WriteMap(Fields fields, ulong? id, int depth)
    {
        Count();
        CheckDepth(depth);
        cbor.WriteStartMap(fields.Count + (id is null ? 0 : 1));
        if (id is { } number)
        {
            cbor.WriteTextString(FieldsReader.IdKey);
            Count();
            cbor.WriteUInt64(number);
            if (fields.Find(FieldsReader.IdKey) is not null)
            {
                throw new InvalidOperationException("the payload has a field \"id\" of its own, which is the writer's to give");
            }
        }

        foreach (var (key, value) in fields)
        {
            if (key.Length > ImageLimits.MaximumKeyLength || Encoding.UTF8.GetByteCount(key) > ImageLimits.MaximumKeyLength)
            {
                throw new InvalidOperationException($"the key \"{key}\" is longer than {ImageLimits.MaximumKeyLength} bytes");
            }

            cbor.WriteTextString(key);
            WriteValue(value, depth + 1);
        }

        cbor.WriteEndMap();
    }

    private void WriteValue(Value value, int depth)
    {
        if (value.Kind == ValueKind.Map)
        {
            WriteMap(value.AsMap(), id: null, depth);
            return;
        }

        Count();
        switch (value.Kind)
        {
            case ValueKind.Integer when value.IsNegative:
                cbor.WriteInt64(value.AsInt64());
                break;
            case ValueKind.Integer:
                cbor.WriteUInt64(value.AsUInt64());
                break;
            case ValueKind.Bytes:
                cbor.WriteByteString(value.AsBytes().Span);
                break;
            case ValueKind.Text:
                cbor.WriteTextString(value.AsText());
                break;
            case ValueKind.Boolean:
                cbor.WriteBoolean(value.AsBoolean());
                break;
            case ValueKind.Array:
                WriteArray(value.AsArray(), depth);
                break;
            case ValueKind.Reference:
                WriteReference(value.AsReference());
                break;
            default:
                throw new InvalidOperationException($"a value of kind {value.Kind} has no encoding");
        }
    }

    private void WriteArray(IReadOnlyList<Value> items, int depth)
    {
        CheckDepth(depth);
        cbor.WriteStartArray(items.Count);
        foreach (var item in items)
        {
            WriteValue(item, depth + 1);
        }

        cbor.WriteEndArray();
    }

    private void WriteReference(ulong id)
    {
        if (id == 0 || id > written)
        {
            throw new InvalidOperationException($"the payload refers to object {id}, but only objects 1 to {written} are written");
        }

        cbor.WriteTag((CborTag)FieldsCodec.ReferenceTag);
        cbor.WriteUInt64(id);
    }

    private static void CheckDepth(int depth)
    {
        if (depth > ImageLimits.MaximumDepth)
        {
            throw new InvalidOperationException($"the payload nests deeper than {ImageLimits.MaximumDepth} levels");
        }
    }

    private void Count()
    {
        if (++values > ImageLimits.MaximumValues)
        {
            throw new CheckpointException($"an object has more than {ImageLimits.MaximumValues} values, which is more than an image can hold");
        }
    }
}
