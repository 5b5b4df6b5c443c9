using System.Buffers;
using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;
using static CrStream.Abstractions.FileControl;

namespace CrStream.SharedMemory;

/// <summary>Shared anonymous memory as a node of the object graph. Its pages that hold anything are its contents.</summary>
internal sealed class SharedMemory(ObjectType type, OpenFile file, IKernel kernel) : KernelObject
{
    private static readonly int PageSize = Environment.SystemPageSize;

    public override ObjectType Type => type;

    public override string Description => $"the shared memory at {file.Where}";

    public override Fields Describe(IReferences references) => new() { ["size"] = file.Status.Size };

    /// <summary>Reads through a file description of our own, since SEEK_DATA moves the offset.</summary>
    public override async ValueTask WriteContentsAsync(IContentWriter writer, CancellationToken cancellation)
    {
        using var own = kernel.Open(file.ProcPath, FileFlags.O_RDONLY);
        var length = writer.MaximumLength / PageSize * PageSize;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            for (long end, start = kernel.Seek(own, 0, SEEK_DATA); start >= 0; start = kernel.Seek(own, end, SEEK_DATA))
            {
                end = kernel.Seek(own, start, SEEK_HOLE);
                for (var offset = start; offset < end; offset += length)
                {
                    var pages = buffer.AsMemory(0, (int)Math.Min(length, end - offset));
                    Fill(own, pages.Span, offset);
                    await WriteNonZeroAsync(writer, (ulong)offset, pages, cancellation);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask WriteNonZeroAsync(IContentWriter writer, ulong address, ReadOnlyMemory<byte> pages, CancellationToken cancellation)
    {
        for (int end, start = 0; start < pages.Length; start = end)
        {
            var zero = IsZero(pages, start);
            for (end = start + PageSize; end < pages.Length && IsZero(pages, end) == zero;)
            {
                end += PageSize;
            }

            if (!zero)
            {
                await writer.WritePagesAsync(address + (ulong)start, pages[start..end], cancellation);
            }
        }
    }

    private static bool IsZero(ReadOnlyMemory<byte> pages, int start) => !pages.Span.Slice(start, PageSize).ContainsAnyExcept((byte)0);

    private void Fill(SafeFileHandle own, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var count = kernel.ReadAt(own, bytes, offset);
            if (count == 0)
            {
                throw new CheckpointException($"{Description} became shorter than {file.Status.Size} bytes while it was read");
            }

            bytes = bytes[count..];
            offset += count;
        }
    }
}
