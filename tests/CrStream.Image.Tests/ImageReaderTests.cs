using CrStream.Abstractions;
using CsCheck;

namespace CrStream.Image.Tests;

public class ImageReaderTests
{
    [Fact]
    public void What_is_written_is_read_equal_from_any_stream() =>
        Gen.Select(Gen.Int, Gen.Select(Gen.Int[0, 4], Samples.Payload(1, 2), Gen.ULong, Gen.Byte).List[0, 20]).Sample(
            (seed, steps) =>
            {
                var image = new MemoryImage(Samples.Header);
                var expected = new List<string>();
                image.Writer.WriteObject(Samples.Number(CoreTypes.Tree), []);
                foreach (var (kind, fields, number, filling) in steps)
                {
                    expected.Add(WriteOne(image.Writer, kind, fields, number, filling));
                }

                var found = new List<string>();
                ReadAll(new ChoppedStream(image.Seal(), seed), item => found.Add(Describe(item)));
                Assert.Equal(expected, found.Skip(1));
            },
            iter: 300);

    [Fact]
    public void An_object_knows_its_type_its_place_and_its_references()
    {
        var image = Samples.SmallImage();
        var objects = ReadAll(new MemoryStream(image));
        Assert.Equal([CoreTypes.TypeDeclaration, CoreTypes.Mm, CoreTypes.Pages, Samples.Buffer, CoreTypes.Data, CoreTypes.Task], objects.Select(item => item.Type));
        Assert.Equal([1u, 0x12u, 2u, 0x10000u, 3u, 0x17u], objects.Select(item => item.TypeNumber));
        foreach (var (item, next) in objects.Zip(objects.Skip(1)))
        {
            Assert.Equal(item.Offset + item.Length, next.Offset);
        }

        var task = Assert.IsType<FieldsObject>(objects[^1]);
        Assert.Equal(4u, task.Id);
        Assert.Equal([2u, 3u], task.References.Select(reference => reference.Id));
        Assert.All(task.References, reference => Assert.Equal([0xD9, 0x43, 0x52], image.AsSpan((int)reference.Offset, 3).ToArray()));
        Assert.Equal(4711, task.Fields.Int32("tid"));
        var declaration = Assert.IsType<TypeDeclaration>(objects[0]);
        Assert.Equal((1u, 0x10000u, Samples.Buffer, "Example.Gpu 1.0"), (declaration.Id, declaration.Number, declaration.Declared, declaration.Provider));
    }

    [Fact]
    public async Task A_reader_is_verified_at_the_end_and_stays_there()
    {
        using var reader = new ImageReader(new MemoryStream(Samples.SmallImage()));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync());
        await reader.ReadHeaderAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadHeaderAsync());
        while (await reader.ReadAsync() is not null)
        {
            Assert.False(reader.IsVerified);
        }

        Assert.True(reader.IsVerified);
        Assert.Null(await reader.ReadAsync());
        Assert.Equal(6u, reader.Objects);
    }

    [Fact]
    public async Task A_reader_that_has_refused_reads_no_further()
    {
        using var reader = new ImageReader(new MemoryStream(new RawImage().Head(0, 0).Object(0x12, [0xA1, 0x62, (byte)'i', (byte)'d', 1]).Seal()));
        await reader.ReadHeaderAsync();
        await Assert.ThrowsAsync<ImageException>(async () => await reader.ReadAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync());
    }

    [Fact]
    public void An_image_without_objects_is_an_image() => Assert.Empty(ReadAll(new MemoryStream(new MemoryImage(Samples.Header).Seal())));

    [Fact]
    public async Task The_summary_counts_what_is_there()
    {
        var image = Samples.SmallImage();
        var seen = new List<long>();
        var summary = await ImageVerifier.VerifyAsync(new ChoppedStream(image, 1), new Seen(seen));
        Assert.Equal(Samples.Header, summary.Header);
        Assert.Equal((6u, (ulong)image.Length, 1u, 8u), (summary.Objects, summary.Bytes, summary.Pages, summary.DataBytes));
        Assert.Equal([1u, 2u, 3u, 0x12u, 0x17u, 0x10000u], summary.Types.Select(type => type.Number));
        Assert.All(summary.Types, type => Assert.Equal(1u, type.Objects));
        Assert.Equal(8u + 24 + 4096, summary.Types[1].Bytes);
        Assert.Equal(seen.Order(), seen);
        Assert.Equal(6, seen.Count);
    }

    private static string WriteOne(ImageWriter writer, int kind, Fields fields, ulong number, byte filling)
    {
        switch (kind)
        {
            case 0:
                var id = writer.WriteObject(Samples.Number(CoreTypes.File), fields);
                return $"{id} file {Text(fields)}";
            case 1:
                var count = 1 + (uint)(number % 40);
                var address = (number % (1UL << 40)) * 4096;
                writer.Write(Samples.Pages(writer.LastId, address, count, filling, filling));
                return $"pages {writer.LastId} {address} {count} {filling} {count * 4096}x{filling}";
            case 2:
                var length = (int)(number % 100_000);
                writer.WriteData(writer.LastId, number, Enumerable.Repeat(filling, length).ToArray());
                return $"data {writer.LastId} {number} {length}x{(length == 0 ? 0 : filling)}";
            case 3:
                var last = writer.LastId;
                writer.DeclareType(new("org.example.t", (int)last), $"provider {filling}");
                return $"{last + 1} declares org.example.t {last} by provider {filling}";
            default:
                writer.DeclareType(CoreTypes.Task, "unused");
                var task = writer.WriteObject(Samples.Number(CoreTypes.Task), new Fields { ["last"] = Value.Reference(writer.LastId), ["all"] = fields });
                return $"{task} task {Text(new Fields { ["last"] = Value.Reference(task - 1), ["all"] = fields })}";
        }
    }

    private static string Describe(ImageObject item) => item switch
    {
        FieldsObject fields => $"{fields.Id} {fields.Type.Name} {Text(fields.Fields)}",
        PagesObject pages => $"pages {pages.Owner} {pages.Address} {pages.Count} {pages.Flags} {Text(pages.Bytes)}",
        DataObject data => $"data {data.Owner} {data.ContentOffset} {Text(data.Bytes)}",
        TypeDeclaration declaration => $"{declaration.Id} declares {declaration.Declared.Name} {declaration.Declared.Version} by {declaration.Provider}",
        _ => throw new InvalidOperationException(),
    };

    private static string Text(Fields fields) => Convert.ToHexString(FieldsCodec.Write(fields));

    private static string Text(ReadOnlyMemory<byte> bytes) => $"{bytes.Length}x{(bytes.IsEmpty ? 0 : bytes.Span[0])}";

    private static List<ImageObject> ReadAll(Stream stream, Action<ImageObject>? see = null) =>
        Samples.ReadAllAsync(stream, see).GetAwaiter().GetResult();

    private sealed class Seen(List<long> positions) : IProgress<long>
    {
        public void Report(long value) => positions.Add(value);
    }
}
