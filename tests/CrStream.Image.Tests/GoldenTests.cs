using CrStream.Abstractions;

namespace CrStream.Image.Tests;

/// <summary>The bytes of docs/image-format.md's example, and the numbers that never change. These tests only grow.</summary>
public class GoldenTests
{
    [Fact]
    public void The_example_of_the_format_page_has_these_bytes()
    {
        var image = new MemoryImage(new()
        {
            Arch = "x86_64",
            Kernel = "6.18",
            KernelVersion = "#1",
            PageSize = 4096,
            ImageId = new("00010203-0405-0607-0809-0a0b0c0d0e0f"),
            Created = DateTimeOffset.FromUnixTimeSeconds(1_750_000_000),
            Creator = "crstream 0.1.0",
        });
        var type = image.Writer.DeclareType(new("org.example.gpu-buffer"), "Example.Gpu 1.0.0");
        var id = image.Writer.WriteObject(type, new Fields { ["size"] = 4096, ["peer"] = Value.Reference(1) });
        image.Writer.WriteData(id, 0, "hello"u8);
        var bytes = Convert.ToHexStringLower(image.Seal());
        Assert.Equal(Golden.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal), bytes);
    }

    [Fact]
    public void Persisted_numbers_are_frozen()
    {
        Assert.Equal(
            [
                "1 type-declaration 1", "2 pages 1", "3 data 1", "10 tree 1", "11 file 1", "12 mm 1", "13 files 1", "14 fs 1",
                "15 sighand 1", "16 thread-group 1", "17 task 1", "18 namespace 1", "ffffffff terminator 1",
            ],
            CoreTypes.All.OrderBy(entry => entry.Key).Select(entry => $"{entry.Key:x} {entry.Value.Name} {entry.Value.Version}"));
        Assert.Equal(0x4352UL, FieldsCodec.ReferenceTag);
        Assert.Equal("LinuxC/R"u8.ToArray(), ImageHeader.Magic.ToArray());
        Assert.Equal(1u, ImageHeader.CurrentVersion);
        Assert.Equal(0x10000u, CoreTypes.FirstDeclaredNumber);
    }

    [Fact]
    public void Bounds_are_frozen() => Assert.Equal(
        (8_388_608, 65_536, 16, 524_288, 255, 1024, 200, 1000, 4096, 65_536),
        (ImageLimits.MaximumObjectLength, ImageLimits.MaximumHeaderLength, ImageLimits.MaximumDepth, ImageLimits.MaximumValues, ImageLimits.MaximumKeyLength,
            ImageLimits.MaximumDeclaredTypes, ImageLimits.MaximumTypeNameLength, ImageLimits.MaximumProviderLength, ImageLimits.MinimumPageSize, ImageLimits.MaximumPageSize));

    [Fact]
    public void The_hash_is_the_canonical_XXH3_128()
    {
        // xxhsum -H2 of an empty file.
        var terminator = FieldsCodec.Read(new ImageSeal().MakeTerminator(0).AsMemory(8)).Fields;
        Assert.Equal("99aa06d3014798d86001c324468d497f", Convert.ToHexStringLower(terminator.Bytes("xxh128").Span));
    }

    private const string Golden = """
        4c696e7578432f52 01000000 83000000
        a86461726368667838365f3634666b65726e656c64362e31386e6b65726e656c5f76657273696f6e
        62233169706167655f73697a6519100068696d6167655f696450000102030405060708090a0b0c0d
        0e0f67637265617465641a684ee1806763726561746f726e637273747265616d20302e312e306b65
        6e7669726f6e6d656e74a0
        01000000 59000000
        a562696401666e756d6265721a00010000646e616d65766f72672e6578616d706c652e6770752d62
        75666665726776657273696f6e016870726f7669646572714578616d706c652e47707520312e302e
        30
        00000100 1e000000
        a3626964026473697a651910006470656572d9435201
        03000000 1d000000
        0200000000000000000000000000000068656c6c6f
        ffffffff 33000000
        a3676f626a65637473036562797465731901276678786831323850dd52d2587a0bd2011d509487cb
        1d9fc4
        """;
}
