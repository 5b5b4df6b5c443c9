using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>What every object begins with: <c>type:u32 length:u32</c>.</summary>
/// <param name="Type">The number of the object's type.</param>
/// <param name="Total">The object's length in bytes, the head included.</param>
internal readonly record struct ObjectHead(uint Type, int Total)
{
    /// <summary>The head's own length, in bytes.</summary>
    public const int Length = 8;

    /// <summary>Reads a head and checks its bounds.</summary>
    /// <param name="bytes">At least <see cref="Length"/> bytes.</param>
    /// <param name="offset">Where they stand in the image.</param>
    public static ObjectHead Read(ReadOnlySpan<byte> bytes, long offset)
    {
        var type = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (type == 0)
        {
            throw new ImageException(offset, "an object has type 0, which is invalid");
        }

        return length is >= Length and <= ImageLimits.MaximumObjectLength
            ? new(type, (int)length)
            : throw new ImageException(offset, $"an object's length is {length}, not between {Length} and {ImageLimits.MaximumObjectLength}");
    }

    /// <summary>Writes the head.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Type);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)Total);
    }
}
