using System.Buffers.Binary;

namespace CrStream.Image;

/// <summary>What stands before raw pages: <c>owner:u64 address:u64 count:u32 flags:u32</c>.</summary>
internal readonly record struct PagesHead(ulong Owner, ulong Address, uint Count, uint Flags)
{
    /// <summary>Its length, in bytes.</summary>
    public const int Length = 24;

    /// <summary>Reads it from the start of a payload.</summary>
    public static PagesHead Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]));

    /// <summary>Writes it at the start of a payload.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Owner);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Address);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], Count);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], Flags);
    }

    /// <summary>Why the pages cannot be where the head says, or null.</summary>
    public string? FindFault(int pageSize)
    {
        var length = Count * (ulong)pageSize;
        return Count == 0 ? "the number of pages is 0"
            : Address % (ulong)pageSize != 0 ? $"the address {Address:x} is not a multiple of the page size {pageSize}"
            : Address > ulong.MaxValue - (length - 1) ? $"{Count} pages at {Address:x} go beyond the address space"
            : null;
    }
}

/// <summary>What stands before raw data: <c>owner:u64 offset:u64</c>.</summary>
internal readonly record struct DataHead(ulong Owner, ulong Offset)
{
    /// <summary>Its length, in bytes.</summary>
    public const int Length = 16;

    /// <summary>Reads it from the start of a payload.</summary>
    public static DataHead Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));

    /// <summary>Writes it at the start of a payload.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Owner);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Offset);
    }
}
