using System.Buffers;
using System.Buffers.Binary;
using CrStream.Abstractions;
using CsCheck;

namespace CrStream.Image.Tests;

public class ImageHeaderTests
{
    private static readonly Fields Body = new()
    {
        ["arch"] = "x86_64",
        ["kernel"] = "6.18.5",
        ["kernel_version"] = "#1 SMP",
        ["page_size"] = 4096,
        ["image_id"] = new byte[16],
        ["created"] = 1,
        ["creator"] = "crstream 0.1.0",
        ["environment"] = new Fields(),
    };

    [Fact]
    public void What_is_written_is_read_equal() =>
        Gen.Select(Samples.Payload(0), Gen.Guid, Gen.Int[12, 16], Gen.Long[0, 253_402_300_799]).Sample((environment, id, shift, created) =>
        {
            var header = Samples.Header with
            {
                ImageId = id,
                PageSize = 1 << shift,
                Created = DateTimeOffset.FromUnixTimeSeconds(created),
                Environment = environment,
                Additional = new Fields { ["cgroup"] = environment },
            };
            Assert.Equal(header, Read(new MemoryImage(header).Seal()));
        });

    [Fact]
    public void A_body_as_the_table_has_it_is_read() => Assert.Equal("6.18.5", Read(WithBody(FieldsCodec.Write(Body))).Kernel);

    [Theory]
    [InlineData("arch", null, "\"arch\" is missing")]
    [InlineData("kernel", null, "\"kernel\" is missing")]
    [InlineData("environment", null, "\"environment\" is missing")]
    [InlineData("arch", 1, "\"arch\" is Integer, not a text")]
    [InlineData("page_size", 4097, "4097, which is no page size")]
    [InlineData("page_size", 2048, "2048, which is no page size")]
    [InlineData("page_size", 131072, "131072, which is no page size")]
    [InlineData("page_size", -4096, "\"page_size\"")]
    [InlineData("image_id", "text", "\"image_id\" is Text")]
    [InlineData("created", -1, "no time between 1970 and 9999")]
    [InlineData("created", long.MaxValue, "no time between 1970 and 9999")]
    [InlineData("environment", 1, "\"environment\" is Integer, not a map")]
    public void A_body_that_lacks_or_bends_a_field_is_refused(string key, object? instead, string why)
    {
        var fields = new Fields();
        foreach (var (name, value) in Body)
        {
            fields.AddIfAny(name, name != key ? value : instead switch { null => null, string text => text, _ => Convert.ToInt64(instead, null) });
        }

        Refused(WithBody(FieldsCodec.Write(fields)), 16, why);
    }

    [Fact]
    public void An_image_id_of_another_length_is_refused()
    {
        var bytes = FieldsCodec.Write(Body);
        var at = bytes.AsSpan().IndexOf("image_id"u8) + 8;
        bytes[at] = 0x4F;
        Refused(WithBody([.. bytes[..(at + 1)], .. bytes[(at + 2)..]]), 16, "does not have 16 bytes");
    }

    [Fact]
    public void A_body_in_another_order_is_refused()
    {
        var fields = new Fields();
        foreach (var (name, value) in Body.Reverse())
        {
            fields[name] = value;
        }

        Refused(WithBody(FieldsCodec.Write(fields)), 16, "out of order");
    }

    [Fact]
    public void A_reference_in_the_header_is_refused()
    {
        var body = FieldsCodec.Write(new Fields { ["arch"] = Value.Reference(1) });
        Refused(WithBody(body), 22, "no object exists yet");
        Assert.Throws<InvalidOperationException>(() => (Samples.Header with { Environment = new() { ["a"] = Value.Reference(1) } }).Write(new ArrayBufferWriter<byte>()));
    }

    [Fact]
    public void A_wrong_magic_is_refused()
    {
        var image = Samples.SmallImage();
        image[7]++;
        Refused(image, 0, "magic");
        Refused("hello"u8.ToArray(), 0, "magic");
        Refused("Linux"u8.ToArray(), 5, "cut off");
        Refused([], 0, "cut off");
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(uint.MaxValue)]
    public void An_unknown_version_is_refused_whatever_follows_it(uint version)
    {
        var image = Samples.SmallImage()[..12];
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(8), version);
        Refused(image, 8, $"version is {version}");
    }

    [Fact]
    public void A_body_over_the_bound_is_refused_and_not_written()
    {
        var image = Samples.SmallImage();
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(12), ImageLimits.MaximumHeaderLength + 1);
        Refused(image, 12, "over the bound of 65536");

        var header = Samples.Header with { Environment = new() { ["big"] = new byte[ImageLimits.MaximumHeaderLength] } };
        Assert.Throws<InvalidOperationException>(() => new MemoryImage(header));
    }

    [Fact]
    public void A_header_that_no_reader_would_accept_is_not_written()
    {
        Assert.Throws<InvalidOperationException>(() => new MemoryImage(Samples.Header with { PageSize = 5000 }));
        Assert.Throws<InvalidOperationException>(() => new MemoryImage(Samples.Header with { Created = DateTimeOffset.UnixEpoch.AddDays(-1) }));
    }

    private static byte[] WithBody(byte[] body)
    {
        var image = new byte[16 + body.Length];
        ImageHeader.Magic.CopyTo(image);
        image[8] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(12), (uint)body.Length);
        body.CopyTo(image, 16);
        return image;
    }

    private static ImageHeader Read(byte[] image)
    {
        using var reader = new ImageReader(new MemoryStream(image));
        var header = reader.ReadHeaderAsync().AsTask().GetAwaiter().GetResult();
        Assert.Same(header, reader.Header);
        return header;
    }

    private static void Refused(byte[] image, long offset, string why)
    {
        var refusal = Assert.Throws<ImageException>(() => Read(image));
        Assert.Equal(offset, refusal.Offset);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }
}
