using CrStream.Abstractions;
using CrStream.Engine;
using CrStream.Image;

namespace CrStream.Cli.Tests;

/// <summary>A real image with a made-up process of two tasks, one address space and a type that nobody knows.</summary>
internal static class SampleImage
{
    public static async Task<ImageContents> ReadAsync(string taskName = "worker", int furtherMappings = 0)
    {
        var stream = new MemoryStream(Make(taskName, furtherMappings));
        var contents = await ContentsReader.ReadAsync(stream, new Progress<TransferProgress>(), CancellationToken.None);
        return contents with { Layers = ["age", "lz4"] };
    }

    public static byte[] Make(string taskName = "worker", int furtherMappings = 0)
    {
        var image = new MemoryImage(new()
        {
            Arch = "x86_64",
            Kernel = "6.18.0",
            KernelVersion = "#1 SMP",
            PageSize = 4096,
            ImageId = Guid.Parse("00112233445566778899aabbccddeeff"),
            Created = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
            Creator = "crstream 0.1.0",
            Environment = new() { ["xsave"] = 7 },
        });
        var writer = image.Writer;
        var gpu = writer.WriteObject(
            writer.DeclareType(new("org.example.gpu", 3), "Example 1.0"),
            new() { ["path"] = "/dev/gpu 0", ["cores"] = Value.Array([1, 2]), ["armed"] = true });
        writer.WriteData(gpu, 0, new byte[2048]);
        var file = writer.WriteObject(Number(CoreTypes.File), new() { ["flags"] = 0x8002, ["object"] = Value.Reference(gpu) });
        var mapped = new Fields
        {
            ["start"] = 0x400000,
            ["end"] = 0x402000,
            ["kind"] = "private",
            ["protection"] = 5,
            ["flags"] = Value.Array(Array.Empty<Value>()),
            ["file"] = Value.Reference(file),
            ["offset"] = 4096,
        };
        var further = Enumerable.Range(0, furtherMappings).Select(i => new Fields { ["start"] = 0x500000 + i * 4096, ["end"] = 0x501000 + i * 4096, ["kind"] = "anonymous", ["protection"] = 3 });
        var mm = writer.WriteObject(Number(CoreTypes.Mm), new() { ["brk"] = 0x1000, ["vmas"] = Value.Array([mapped, .. further]) });
        writer.Write(new PagesBatch(4096, mm, 0x400000, 2));
        var files = writer.WriteObject(Number(CoreTypes.Files), new() { ["descriptors"] = Value.Array([new Fields { ["fd"] = 3, ["file"] = Value.Reference(file) }]) });
        writer.WriteObject(Number(CoreTypes.Task), new() { ["tid"] = 4711, ["name"] = System.Text.Encoding.UTF8.GetBytes(taskName), ["nice"] = -5, ["registers"] = new byte[216], ["mm"] = Value.Reference(mm), ["files"] = Value.Reference(files) });
        writer.WriteObject(Number(CoreTypes.Task), new() { ["tid"] = 4712, ["mm"] = Value.Reference(mm) });
        return image.Seal();
    }

    private static uint Number(ObjectType type) => CoreTypes.NumberOf(type)!.Value;
}
