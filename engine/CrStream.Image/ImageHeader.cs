using System.Buffers;
using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>
/// The image's header: which machine made it, and what a restore must be able to count on. The fields are those of the
/// header's body, in the order of the wire.
/// </summary>
public sealed record ImageHeader
{
    /// <summary>The format version that this library writes and reads.</summary>
    public const uint CurrentVersion = 1;

    /// <summary>The immutable part: magic and version.</summary>
    internal const int ImmutableLength = 12;

    private const int ImageIdLength = 16;

    private static readonly string[] Keys =
        ["arch", "kernel", "kernel_version", "page_size", "image_id", "created", "creator", "environment"];

    /// <summary>The bytes that every image begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "LinuxC/R"u8;

    /// <summary>The format version.</summary>
    public uint Version { get; } = CurrentVersion;

    /// <summary>The processor architecture, as uname(2) has it in machine.</summary>
    public required string Arch { get; init; }

    /// <summary>The kernel's release, as in uname(2).</summary>
    public required string Kernel { get; init; }

    /// <summary>The kernel's version, as in uname(2).</summary>
    public required string KernelVersion { get; init; }

    /// <summary>The size of a page, in bytes: a power of two.</summary>
    public required int PageSize { get; init; }

    /// <summary>16 random bytes, most significant first.</summary>
    public required Guid ImageId { get; init; }

    /// <summary>When the image was begun; whole seconds, in UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The program that made the image, and its version.</summary>
    public required string Creator { get; init; }

    /// <summary>What a restore must be able to count on.</summary>
    public Fields Environment { get; init; } = [];

    /// <summary>Fields of the body that this version of the library does not know.</summary>
    public Fields Additional { get; init; } = [];

    /// <summary>Writes the whole header and gives its length in bytes.</summary>
    /// <exception cref="InvalidOperationException">A property has a value that no reader would accept.</exception>
    public int Write(IBufferWriter<byte> sink)
    {
        if (!IsPageSize((ulong)PageSize) || Created < DateTimeOffset.UnixEpoch)
        {
            throw new InvalidOperationException($"the header has a page size of {PageSize} and was created at {Created:O}; one of them cannot be");
        }

        var writer = new FieldsWriter();
        var length = writer.Prepare(ToFields(), id: null, written: 0);
        if (length > ImageLimits.MaximumHeaderLength)
        {
            throw new InvalidOperationException($"the header's body has {length} bytes, over the bound of {ImageLimits.MaximumHeaderLength}");
        }

        var total = ImmutableLength + sizeof(uint) + length;
        var span = sink.GetSpan(total);
        Magic.CopyTo(span);
        BinaryPrimitives.WriteUInt32LittleEndian(span[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(span[12..], (uint)length);
        writer.CopyTo(span[16..total]);
        sink.Advance(total);
        return total;
    }

    /// <summary>Checks the magic, or as much of it as there is.</summary>
    internal static void CheckMagic(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(Magic[..Math.Min(Magic.Length, bytes.Length)]))
        {
            throw new ImageException(0, "the bytes do not begin with the magic \"LinuxC/R\", so this is not an image");
        }
    }

    /// <summary>Checks the immutable part: <c>"LinuxC/R" version:u32</c>.</summary>
    internal static void CheckImmutable(ReadOnlySpan<byte> bytes)
    {
        CheckMagic(bytes);
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != CurrentVersion)
        {
            throw new ImageException(8, $"the format version is {version}; this program knows version {CurrentVersion}", hint: "use the crstream that made the image");
        }
    }

    /// <summary>Reads the body's length.</summary>
    internal static int ReadLength(ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return length <= ImageLimits.MaximumHeaderLength
            ? (int)length
            : throw new ImageException(ImmutableLength, $"a header body of {length} bytes is over the bound of {ImageLimits.MaximumHeaderLength}");
    }

    /// <summary>Reads the body.</summary>
    internal static ImageHeader ReadBody(ReadOnlyMemory<byte> body)
    {
        const int Offset = ImmutableLength + sizeof(uint);
        var (fields, references) = FieldsCodec.Read(body, Offset);
        if (references.Count > 0)
        {
            throw new ImageException(references[0].Offset, $"the header refers to object {references[0].Id}, and no object exists yet");
        }

        try
        {
            return FromFields(fields);
        }
        catch (FieldException invalid)
        {
            throw new ImageException(Offset, $"the header's {invalid.Message}", cause: invalid);
        }
    }

    private static bool IsPageSize(ulong size) =>
        size is >= ImageLimits.MinimumPageSize and <= ImageLimits.MaximumPageSize && ulong.IsPow2(size);

    private static ImageHeader FromFields(Fields fields)
    {
        fields.RequireFirstKeys(Keys);
        var additional = new Fields();
        foreach (var (key, value) in fields.Skip(Keys.Length))
        {
            additional[key] = value;
        }

        return new()
        {
            Arch = fields.Text("arch"),
            Kernel = fields.Text("kernel"),
            KernelVersion = fields.Text("kernel_version"),
            PageSize = IsPageSize(fields.UInt64("page_size")) ? fields.Int32("page_size") : throw new FieldException("page_size", $"is {fields.UInt64("page_size")}, which is no page size"),
            ImageId = fields.Bytes("image_id") is { Length: ImageIdLength } id ? new(id.Span, bigEndian: true) : throw new FieldException("image_id", $"does not have {ImageIdLength} bytes"),
            Created = ToTime(fields.Int64("created")),
            Creator = fields.Text("creator"),
            Environment = fields.Map("environment"),
            Additional = additional,
        };
    }

    private static DateTimeOffset ToTime(long seconds) =>
        seconds >= 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new FieldException("created", $"is {seconds}, which is no time between 1970 and 9999");

    private Fields ToFields()
    {
        var fields = new Fields
        {
            ["arch"] = Arch,
            ["kernel"] = Kernel,
            ["kernel_version"] = KernelVersion,
            ["page_size"] = PageSize,
            ["image_id"] = ImageId.ToByteArray(bigEndian: true),
            ["created"] = Created.ToUnixTimeSeconds(),
            ["creator"] = Creator,
            ["environment"] = Environment,
        };
        foreach (var (key, value) in Additional)
        {
            fields[key] = value;
        }

        return fields;
    }
}
