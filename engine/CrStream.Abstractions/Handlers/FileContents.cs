using System.Buffers;
using Microsoft.Win32.SafeHandles;
using static CrStream.Abstractions.FileControl;

namespace CrStream.Abstractions;

/// <summary>Takes what stands in a file into the image as <c>data</c>, piece by piece, and back; holes are left out.</summary>
public static class FileContents
{
    /// <summary>Writes the contents of a file that can be read. Moves its offset, so give a file description of your own.</summary>
    /// <param name="writer">The object's writer; each piece's offset is that in the file.</param>
    /// <param name="file">Open for reading.</param>
    /// <param name="description">How errors name it.</param>
    /// <param name="kernel">Reads it.</param>
    /// <param name="cancellation">Ends it between two pieces.</param>
    /// <exception cref="CheckpointException">It became shorter meanwhile.</exception>
    public static async ValueTask WriteFileAsync(
        this IContentWriter writer, SafeFileHandle file, string description, IKernel kernel, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(writer.MaximumLength);
        try
        {
            for (long end, start = kernel.Seek(file, 0, SEEK_DATA); start >= 0; start = kernel.Seek(file, end, SEEK_DATA))
            {
                end = kernel.Seek(file, start, SEEK_HOLE);
                for (var offset = start; offset < end;)
                {
                    var piece = buffer.AsMemory(0, (int)Math.Min(writer.MaximumLength, end - offset));
                    Fill(file, piece.Span, offset, description, kernel);
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
    /// <exception cref="RestoreException">It does not fit.</exception>
    public static void Put(this IKernel kernel, SafeFileHandle file, long size, ulong offset, ReadOnlySpan<byte> bytes, string description)
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

    private static void Fill(SafeFileHandle file, Span<byte> bytes, long offset, string description, IKernel kernel)
    {
        while (!bytes.IsEmpty)
        {
            var count = kernel.ReadAt(file, bytes, offset);
            if (count == 0)
            {
                throw new CheckpointException($"{description} became shorter while it was read");
            }

            bytes = bytes[count..];
            offset += count;
        }
    }
}
