using System.Buffers;
using BenchmarkDotNet.Attributes;
using CrStream.Abstractions;
using CrStream.Image;

namespace CrStream.Benchmarks.Parts;

/// <summary>The image's own cost: pages and objects, written to memory and read back, and the hash over all of it.</summary>
[MemoryDiagnoser]
public class ImageBenchmarks
{
    private const int PageSize = 4096;
    private const int PagesInObject = 255;
    private const int PagesObjects = 64;
    private const int SmallObjects = 1000;

    private readonly ArrayBufferWriter<byte> sink = new(PagesObjects * (PagesInObject + 1) * PageSize);
    private readonly byte[] pages = RealisticBytes.Make(PagesInObject * PageSize);
    private byte[] image = [];

    /// <summary>Makes the image that is read.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var memory = new MemoryImage(Header());
        var owner = memory.Writer.WriteObject(memory.Writer.DeclareType(CoreTypes.Mm, ""), new Fields { ["brk"] = 1 });
        WritePages(memory.Writer, owner);
        image = memory.Seal();
    }

    /// <summary>64 MiB of pages, copied into the image's buffer.</summary>
    [Benchmark]
    public ulong WritePages()
    {
        sink.ResetWrittenCount();
        var writer = new ImageWriter(sink);
        writer.WriteHeader(Header());
        WritePages(writer, writer.WriteObject(writer.DeclareType(CoreTypes.Mm, ""), new Fields { ["brk"] = 1 }));
        return writer.Finish();
    }

    /// <summary>1000 objects with a few fields each.</summary>
    [Benchmark]
    public ulong WriteObjects()
    {
        sink.ResetWrittenCount();
        var writer = new ImageWriter(sink);
        writer.WriteHeader(Header());
        var type = writer.DeclareType(CoreTypes.Mm, "");
        for (var i = 0; i < SmallObjects; i++)
        {
            writer.WriteObject(type, new Fields { ["start"] = 0x7F00_0000_0000 + i, ["length"] = PageSize, ["name"] = "[heap]", ["shared"] = false });
        }

        return writer.Finish();
    }

    /// <summary>64 MiB of pages, read and verified.</summary>
    [Benchmark]
    public async Task<ulong> Read()
    {
        using var reader = new ImageReader(new MemoryStream(image));
        await reader.ReadHeaderAsync();
        while (await reader.ReadAsync() is not null)
        {
        }

        return reader.Objects;
    }

    /// <summary>The hash over 64 MiB.</summary>
    [Benchmark]
    public byte[] Seal()
    {
        var seal = new ImageSeal();
        for (var i = 0; i < PagesObjects; i++)
        {
            seal.Append(pages);
        }

        return seal.MakeTerminator(PagesObjects);
    }

    private static ImageHeader Header() => new()
    {
        Arch = "x86_64",
        Kernel = "6.18.0",
        KernelVersion = "#1 SMP",
        PageSize = PageSize,
        ImageId = Guid.Empty,
        Created = DateTimeOffset.UnixEpoch,
        Creator = "benchmark",
        Environment = [],
    };

    private void WritePages(ImageWriter writer, ulong owner)
    {
        for (var i = 0; i < PagesObjects; i++)
        {
            var batch = new PagesBatch(PageSize, owner, (ulong)i * PagesInObject * PageSize, PagesInObject);
            pages.CopyTo(batch.Pages);
            writer.Write(batch);
        }
    }
}
