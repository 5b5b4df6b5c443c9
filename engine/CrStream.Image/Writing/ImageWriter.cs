using System.Buffers;
using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>
/// Writes an image, front to back, into a sink, which is asked for the room of one whole object at a time (at most
/// <see cref="ImageLimits.MaximumObjectLength"/> bytes). It cannot produce an ill-formed stream: whatever would be one
/// throws <see cref="InvalidOperationException"/>, and nothing of it reaches the sink. The terminator comes from
/// <see cref="ImageSeal"/>. Not safe for several threads at once.
/// </summary>
public sealed class ImageWriter(IBufferWriter<byte> sink)
{
    private readonly FieldsWriter fieldsWriter = new();
    private readonly TypeTable types = new();
    private ImageHeader? header;
    private bool finished;

    /// <summary>The most bytes that one <see cref="WriteData"/> takes.</summary>
    public static int MaximumDataLength => ImageLimits.MaximumObjectLength - ObjectHead.Length - DataHead.Length;

    /// <summary>The id of the object that was written last; 0 before the first. Pages and data have none.</summary>
    public ulong LastId { get; private set; }

    /// <summary>How many objects of every type have been written.</summary>
    public ulong Objects { get; private set; }

    /// <summary>How many bytes have been written.</summary>
    public ulong Bytes { get; private set; }

    private ImageHeader Header => header ?? throw new InvalidOperationException("the image has no header yet");

    /// <summary>Writes the header, which comes first.</summary>
    public void WriteHeader(ImageHeader header)
    {
        if (this.header is not null)
        {
            throw new InvalidOperationException("the image has its header already");
        }

        Bytes = (ulong)header.Write(sink);
        this.header = header;
    }

    /// <summary>
    /// The number under which objects of a type are written. A type that is new to this image is declared; a core type
    /// has its number anyway.
    /// </summary>
    /// <param name="type">The type.</param>
    /// <param name="provider">The assembly that brings the type, and its version. Unused where nothing is declared.</param>
    public uint DeclareType(ObjectType type, string provider)
    {
        Ready();
        if (types.NumberOf(type) is { } known)
        {
            return known;
        }

        var number = types.NextNumber;
        try
        {
            types.Check(number, type, provider);
        }
        catch (FieldException refused)
        {
            throw new InvalidOperationException($"the type cannot be declared: its {refused.Message}", refused);
        }

        WriteFields(CoreTypes.TypeDeclarationNumber, TypeDeclaration.ToFields(number, type, provider));
        types.Add(number, type);
        return number;
    }

    /// <summary>Writes an object and gives its id, which also stands in front of its payload.</summary>
    /// <param name="type">A number that <see cref="DeclareType"/> gave.</param>
    /// <param name="payload">The fields. References must be to ids that this writer gave.</param>
    /// <exception cref="InvalidOperationException">A type, a reference or a field that would make the image ill-formed.</exception>
    /// <exception cref="CheckpointException">The object is larger than an image can hold.</exception>
    public ulong WriteObject(uint type, Fields payload)
    {
        Ready();
        if (CoreTypes.IsEnvelope(type) || types.Find(type) is null)
        {
            throw new InvalidOperationException($"objects of type {type:x} cannot be written: the number is not that of a declared or core type");
        }

        return WriteFields(type, payload);
    }

    /// <summary>Writes a batch of pages, which belongs to the writer from now on.</summary>
    /// <exception cref="InvalidOperationException">It belongs to no object of this image, or is of another page size.</exception>
    public void Write(PagesBatch batch)
    {
        var block = batch.Take();
        try
        {
            if (batch.PageSize != Ready().PageSize)
            {
                throw new InvalidOperationException($"pages of {batch.PageSize} bytes cannot be written to an image of pages of {Header.PageSize}");
            }

            CheckOwner(batch.Owner);
        }
        catch
        {
            block.Dispose();
            throw;
        }

        Bytes += (ulong)block.Length;
        Objects += batch.Objects;
        if (sink is IBlockSink blocks)
        {
            blocks.Append(block);
            return;
        }

        using (block)
        {
            sink.Write(block.Bytes.Span);
        }
    }

    /// <summary>Writes an object with raw data.</summary>
    /// <param name="owner">The id of the object that the data belongs to.</param>
    /// <param name="offset">Of the owner's own meaning; mostly a byte offset in its contents.</param>
    /// <param name="bytes">At most <see cref="MaximumDataLength"/> bytes.</param>
    public void WriteData(ulong owner, ulong offset, ReadOnlySpan<byte> bytes)
    {
        Ready();
        CheckOwner(owner);
        if (bytes.Length > MaximumDataLength)
        {
            throw new InvalidOperationException($"{bytes.Length} bytes of data are more than the {MaximumDataLength} of one object");
        }

        var length = ObjectHead.Length + DataHead.Length + bytes.Length;
        var span = sink.GetSpan(length);
        new ObjectHead(CoreTypes.DataNumber, length).Write(span);
        new DataHead(owner, offset).Write(span[ObjectHead.Length..]);
        bytes.CopyTo(span[(ObjectHead.Length + DataHead.Length)..]);
        Advance(length);
    }

    /// <summary>Ends the image, behind which only the terminator comes, and gives its number of objects.</summary>
    public ulong Finish()
    {
        Ready();
        finished = true;
        return Objects;
    }

    private ulong WriteFields(uint type, Fields payload)
    {
        var length = ObjectHead.Length + fieldsWriter.Prepare(payload, LastId + 1, written: LastId);
        if (length > ImageLimits.MaximumObjectLength)
        {
            throw new CheckpointException($"an object of type {types.Find(type)!.Name} has {length} bytes, which is more than an image can hold ({ImageLimits.MaximumObjectLength})");
        }

        var span = sink.GetSpan(length)[..length];
        new ObjectHead(type, length).Write(span);
        fieldsWriter.CopyTo(span[ObjectHead.Length..]);
        Advance(length);
        return ++LastId;
    }

    private void Advance(int length)
    {
        sink.Advance(length);
        Bytes += (ulong)length;
        Objects++;
    }

    private void CheckOwner(ulong owner)
    {
        if (owner == 0 || owner > LastId)
        {
            throw new InvalidOperationException($"contents cannot belong to object {owner}, since only objects 1 to {LastId} are written");
        }
    }

    private ImageHeader Ready() =>
        finished ? throw new InvalidOperationException("the image is finished")
        : Header;
}
