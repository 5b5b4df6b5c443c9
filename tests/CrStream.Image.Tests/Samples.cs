using CrStream.Abstractions;
using CsCheck;

namespace CrStream.Image.Tests;

/// <summary>Headers, payloads and whole images to test with.</summary>
internal static class Samples
{
    public static readonly ObjectType Buffer = new("org.example.gpu-buffer", 2);

    public static readonly Gen<Value> Scalar = Gen.OneOf(
        Gen.Long.Select(number => (Value)number),
        Gen.ULong.Select(number => (Value)number),
        Gen.Int[-30, 300].Select(number => (Value)number),
        Gen.OneOf(new Value[] { 23, 24, 255, 256, 65535, 65536, uint.MaxValue, 1UL << 32, ulong.MaxValue, long.MinValue, -24, -25, -256, -257 }.Select(Gen.Const).ToArray()),
        Gen.Bool.Select(truth => (Value)truth),
        Gen.Byte.Array[0, 40].Select(bytes => (Value)bytes),
        Text(0, 40).Select(text => (Value)text));

    public static ImageHeader Header => new()
    {
        Arch = "x86_64",
        Kernel = "6.18.5",
        KernelVersion = "#1 SMP",
        PageSize = 4096,
        ImageId = new("00112233-4455-6677-8899-aabbccddeeff"),
        Created = DateTimeOffset.FromUnixTimeSeconds(1_750_000_000),
        Creator = "crstream 0.1.0",
        Environment = new Fields { ["xstate_mask"] = 0xE7u, ["vdso"] = new byte[] { 1, 2 } },
    };

    /// <summary>Payloads whose references are to ids from 1 to a number.</summary>
    public static Gen<Fields> Payload(ulong written, int depth = 3)
    {
        var leaf = written == 0 ? Scalar : Gen.OneOf(Scalar, Gen.ULong[1, written].Select(Value.Reference));
        var value = leaf;
        for (var level = 1; level < depth; level++)
        {
            var inner = value;
            value = Gen.OneOf(leaf, inner.List[0, 4].Select(items => Value.Array(items)), Map(inner).Select(map => (Value)map));
        }

        return Map(value);
    }

    /// <summary>A small image with every kind of object.</summary>
    public static byte[] SmallImage()
    {
        var image = new MemoryImage(Header);
        var writer = image.Writer;
        var buffer = writer.DeclareType(Buffer, "Example.Gpu 1.0");
        var mm = writer.WriteObject(Number(CoreTypes.Mm), new Fields
        {
            ["brk"] = 0x5555_0000_0000UL,
            ["vmas"] = Value.Array([new Fields { ["start"] = 0x1000, ["name"] = "[heap]" }, new Fields { ["start"] = 0x3000, ["locked"] = true }]),
        });
        writer.Write(Pages(mm, 0x1000, 1, 7));
        var gpu = writer.WriteObject(buffer, new Fields { ["mm"] = Value.Reference(mm), ["offset"] = -1, ["key"] = new byte[] { 1, 2, 3 } });
        writer.WriteData(gpu, 512, "contents"u8);
        writer.WriteObject(Number(CoreTypes.Task), new Fields { ["tid"] = 4711, ["uses"] = Value.Array([Value.Reference(mm), Value.Reference(gpu)]) });
        return image.Seal();
    }

    /// <summary>Pages that are all filled with one byte.</summary>
    public static PagesBatch Pages(ulong owner, ulong address, uint count, byte filling = 0, uint flags = 0)
    {
        var batch = new PagesBatch(4096, owner, address, count, flags);
        batch.Pages.Fill(filling);
        return batch;
    }

    public static uint Number(ObjectType core) => CoreTypes.NumberOf(core)!.Value;

    /// <summary>Reads an image to its end. Pages and data are valid only while they are seen.</summary>
    public static async Task<List<ImageObject>> ReadAllAsync(Stream stream, Action<ImageObject>? see = null)
    {
        using var reader = new ImageReader(stream);
        await reader.ReadHeaderAsync();
        var objects = new List<ImageObject>();
        while (await reader.ReadAsync() is { } found)
        {
            see?.Invoke(found);
            objects.Add(found);
        }

        return objects;
    }

    private static Gen<string> Text(int from, int to) =>
        Gen.OneOf(Gen.Char[' ', '~'], Gen.Char['\0', '\uD7FF']).Array[from, to].Select(characters => new string(characters));

    private static Gen<Fields> Map(Gen<Value> value) =>
        Gen.Select(Text(0, 12), value).List[0, 6].Select(pairs =>
        {
            var fields = new Fields();
            foreach (var (key, content) in pairs.DistinctBy(pair => pair.Item1).Where(pair => pair.Item1 != "id"))
            {
                fields[key] = content;
            }

            return fields;
        });
}
