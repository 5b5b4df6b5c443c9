using System.Buffers;
using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;
using static CrStream.Abstractions.FileControl;

namespace CrStream.NamelessFiles;

/// <summary>Takes what stands in a file into the image, piece by piece, and back; holes are left out.</summary>
internal static class FileContents
{
    /// <summary>Reads through a file description of our own, since SEEK_DATA moves the offset, and a write-only one cannot be read.</summary>
    internal static async ValueTask WriteAsync(OpenFile file, IKernel kernel, IContentWriter writer, CancellationToken cancellation)
    {
        using var own = kernel.Open(file.ProcPath, FileFlags.O_RDONLY | FileFlags.O_NOATIME | FileFlags.O_NONBLOCK);
        var buffer = ArrayPool<byte>.Shared.Rent(writer.MaximumLength);
        try
        {
            for (long end, start = kernel.Seek(own, 0, SEEK_DATA); start >= 0; start = kernel.Seek(own, end, SEEK_DATA))
            {
                end = kernel.Seek(own, start, SEEK_HOLE);
                for (var offset = start; offset < end;)
                {
                    var piece = buffer.AsMemory(0, (int)Math.Min(writer.MaximumLength, end - offset));
                    Fill(own, piece.Span, offset, file, kernel);
                    await writer.WriteDataAsync((ulong)offset, piece, cancellation);
                    offset += piece.Length;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Puts a piece into a new file of a size.</summary>
    internal static void Put(SafeFileHandle file, long size, ulong offset, ReadOnlySpan<byte> bytes, string description, IKernel kernel)
    {
        if (offset > (ulong)size || (ulong)bytes.Length > (ulong)size - offset)
        {
            throw new RestoreException($"the contents of {description} do not fit: {bytes.Length} bytes at {offset} of {size}");
        }

        for (var place = (long)offset; !bytes.IsEmpty;)
        {
            var count = kernel.WriteAt(file, bytes, place);
            bytes = bytes[count..];
            place += count;
        }
    }

    private static void Fill(SafeFileHandle own, Span<byte> bytes, long offset, OpenFile file, IKernel kernel)
    {
        while (!bytes.IsEmpty)
        {
            var count = kernel.ReadAt(own, bytes, offset);
            if (count == 0)
            {
                throw new CheckpointException($"{file.Where} ({file.Link}) became shorter while it was read");
            }

            bytes = bytes[count..];
            offset += count;
        }
    }
}
