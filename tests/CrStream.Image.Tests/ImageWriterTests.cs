using System.Buffers;
using CrStream.Abstractions;

namespace CrStream.Image.Tests;

public class ImageWriterTests
{
    private readonly ArrayBufferWriter<byte> sink = new();
    private readonly ImageWriter writer;

    public ImageWriterTests() => writer = new(sink);

    private static uint Mm => Samples.Number(CoreTypes.Mm);

    [Fact]
    public void Nothing_is_written_before_the_header()
    {
        Refused(() => writer.WriteObject(Mm, []));
        Refused(() => writer.DeclareType(Samples.Buffer, "p"));
        Refused(() => writer.Write(Samples.Pages(1, 0, 1)));
        Refused(() => writer.WriteData(1, 0, []));
        Refused(() => writer.Finish());
    }

    [Fact]
    public void Nothing_is_written_behind_the_end()
    {
        Begin();
        Assert.Equal(1u, writer.Finish());
        Refused(() => writer.WriteObject(Mm, []));
        Refused(() => writer.DeclareType(Samples.Buffer, "p"));
        Refused(() => writer.Write(Samples.Pages(1, 0, 1)));
        Refused(() => writer.WriteData(1, 0, []));
        Refused(() => writer.WriteHeader(Samples.Header));
        Refused(() => writer.Finish());
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(CoreTypes.TypeDeclarationNumber)]
    [InlineData(CoreTypes.PagesNumber)]
    [InlineData(CoreTypes.DataNumber)]
    [InlineData(0xFu)]
    [InlineData(0x10000u)]
    [InlineData(CoreTypes.TerminatorNumber)]
    public void An_object_of_an_undeclared_or_envelope_type_is_not_written(uint type)
    {
        Begin();
        Refused(() => writer.WriteObject(type, []));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_reference_to_what_is_not_written_is_not_written(ulong id)
    {
        Begin();
        Refused(() => writer.WriteObject(Mm, new Fields { ["a"] = Value.Array([new Fields { ["b"] = Value.Reference(id) }]) }));
        Assert.Equal(2u, writer.WriteObject(Mm, new Fields { ["a"] = Value.Reference(1) }));
    }

    [Fact]
    public void The_id_is_the_writers_to_give()
    {
        Begin();
        Refused(() => writer.WriteObject(Mm, new Fields { ["id"] = 2 }));
        Assert.Equal(2u, writer.WriteObject(Mm, new Fields { ["nested"] = new Fields { ["id"] = 2 } }));
        Assert.Equal(2u, writer.LastId);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Contents_without_a_written_owner_are_not_written(ulong owner)
    {
        Begin();
        Refused(() => writer.Write(Samples.Pages(owner, 0, 1)));
        Refused(() => writer.WriteData(owner, 0, [1]));
    }

    [Theory]
    [InlineData(0, 0u)]
    [InlineData(1, 1u)]
    [InlineData(4095, 1u)]
    [InlineData(0xFFFF_FFFF_FFFF_F000, 2u)]
    [InlineData(0, 2048u)]
    [InlineData(0, uint.MaxValue)]
    public void Pages_that_cannot_be_are_not_written(ulong address, uint count)
    {
        Begin();
        Refused(() => Samples.Pages(1, address, count));
        Assert.Equal(2047u, PagesBatch.Most(4096));
    }

    [Fact]
    public void Pages_of_another_size_are_not_written()
    {
        Begin();
        Refused(() => writer.Write(new PagesBatch(8192, 1, 0, 1)));
    }

    [Fact]
    public void Contents_are_long_to_the_bound_and_no_more()
    {
        Begin();
        var most = new byte[ImageWriter.MaximumDataLength];
        writer.WriteData(1, 0, most);
        Refused(() => writer.WriteData(1, 0, new byte[most.Length + 1]));
        var before = sink.WrittenCount;
        writer.Write(Samples.Pages(1, 0, PagesBatch.Most(4096)));
        Assert.InRange(sink.WrittenCount - before, ImageLimits.MaximumObjectLength - 4096, ImageLimits.MaximumObjectLength);
    }

    [Fact]
    public void An_object_over_the_bound_stops_the_checkpoint_and_leaves_no_trace()
    {
        Begin();
        var before = sink.WrittenCount;
        var big = new Fields { ["big"] = new byte[ImageLimits.MaximumObjectLength] };
        Assert.Contains("mm", Assert.Throws<CheckpointException>(() => writer.WriteObject(Mm, big)).Message, StringComparison.Ordinal);
        Assert.Equal(before, sink.WrittenCount);
        Assert.Equal(2u, writer.WriteObject(Mm, []));
    }

    [Fact]
    public void A_type_is_declared_once_and_a_core_type_never()
    {
        Begin();
        var number = writer.DeclareType(Samples.Buffer, "p");
        Assert.Equal(0x10000u, number);
        Assert.Equal(2u, writer.LastId);
        Assert.Equal(number, writer.DeclareType(Samples.Buffer with { }, "other"));
        Assert.Equal(Mm, writer.DeclareType(CoreTypes.Mm, "p"));
        Assert.Equal(2u, writer.LastId);
        Assert.Equal(0x10001u, writer.DeclareType(Samples.Buffer with { Version = 3 }, "p"));
        Assert.Equal(3u, writer.LastId);
    }

    [Theory]
    [InlineData("nodot", 1)]
    [InlineData("", 1)]
    [InlineData("mm", 2)]
    [InlineData(".a", 1)]
    [InlineData("a.", 1)]
    [InlineData("a..b", 1)]
    [InlineData("a.B", 1)]
    [InlineData("a.b_c", 1)]
    [InlineData("a.b c", 1)]
    [InlineData("a.b", 0)]
    [InlineData("a.b", -1)]
    public void A_type_that_cannot_be_is_not_declared(string name, int version)
    {
        Begin();
        Refused(() => writer.DeclareType(new(name, version), "p"));
    }

    [Fact]
    public void Names_providers_and_types_go_to_their_bounds_and_no_further()
    {
        Begin();
        var name = "a." + new string('b', ImageLimits.MaximumTypeNameLength - 2);
        Refused(() => writer.DeclareType(new(name + "b"), "p"));
        Refused(() => writer.DeclareType(new(name), new('p', ImageLimits.MaximumProviderLength + 1)));
        Refused(() => writer.DeclareType(new(name), "\ud800"));
        writer.DeclareType(new(name), new('p', ImageLimits.MaximumProviderLength));
        for (var i = 2; i <= ImageLimits.MaximumDeclaredTypes; i++)
        {
            writer.DeclareType(new("a.b", i), "p");
        }

        Refused(() => writer.DeclareType(new("a.c"), "p"));
    }

    private void Begin()
    {
        writer.WriteHeader(Samples.Header);
        Refused(() => writer.WriteHeader(Samples.Header));
        Assert.Equal(1u, writer.WriteObject(Mm, []));
    }

    private void Refused(Action write)
    {
        var before = (sink.WrittenCount, writer.Bytes, writer.Objects, writer.LastId);
        Assert.Throws<InvalidOperationException>(write);
        Assert.Equal(before, (sink.WrittenCount, writer.Bytes, writer.Objects, writer.LastId));
    }
}
