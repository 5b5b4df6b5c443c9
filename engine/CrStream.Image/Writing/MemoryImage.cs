using System.Buffers;

namespace CrStream.Image;

/// <summary>A whole image in memory, for tests and small tools.</summary>
public sealed class MemoryImage
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    /// <summary>Begins an image with a header.</summary>
    public MemoryImage(ImageHeader header)
    {
        Writer = new(bytes);
        Writer.WriteHeader(header);
    }

    /// <summary>What fills the image.</summary>
    public ImageWriter Writer { get; }

    /// <summary>Finishes the image and gives all of its bytes, the terminator included.</summary>
    public byte[] Seal()
    {
        var seal = new ImageSeal();
        var objects = Writer.Finish();
        seal.Append(bytes.WrittenSpan);
        return [.. bytes.WrittenSpan, .. seal.MakeTerminator(objects)];
    }
}
