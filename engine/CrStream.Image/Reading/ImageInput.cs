using System.Buffers;
using System.Numerics;

namespace CrStream.Image;

/// <summary>
/// Gives contiguous pieces of a stream out of one buffer, which grows up to <see cref="ImageLimits.MaximumObjectLength"/>.
/// It reads at most <see cref="ReadAhead"/> bytes more than it is asked for: small objects share a read, and of a large
/// one no more than that is ever copied inside the buffer.
/// </summary>
internal sealed class ImageInput(Stream source) : IDisposable
{
    private const int ReadAhead = 64 << 10;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(2 * ReadAhead);
    private int start;
    private int end;

    /// <summary>The offset of the next byte that <see cref="Take"/> gives.</summary>
    public long Position { get; private set; }

    /// <summary>How many bytes are there without another read.</summary>
    public int Available => end - start;

    /// <summary>Reads until some bytes are there, or the stream ends. True if they are there.</summary>
    public ValueTask<bool> FillAsync(int needed, CancellationToken cancellation) =>
        Available >= needed ? new(true) : ReadAsync(needed, cancellation);

    /// <summary>Bytes that are there, without taking them.</summary>
    public ReadOnlySpan<byte> Peek(int length) => buffer.AsSpan(start, length);

    /// <summary>Takes bytes that are there. They stay valid until the next <see cref="FillAsync"/>.</summary>
    public ReadOnlyMemory<byte> Take(int length)
    {
        var taken = buffer.AsMemory(start, length);
        start += length;
        Position += length;
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
            start = end = 0;
        }
    }

    private async ValueTask<bool> ReadAsync(int needed, CancellationToken cancellation)
    {
        MakeRoom(needed);
        while (Available < needed)
        {
            var room = Math.Min(buffer.Length - end, needed - Available + ReadAhead);
            var read = await source.ReadAsync(buffer.AsMemory(end, room), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            end += read;
        }

        return true;
    }

    private void MakeRoom(int needed)
    {
        if (buffer.Length - start >= needed && start < end)
        {
            return;
        }

        var target = buffer;
        if (buffer.Length < needed)
        {
            var wanted = (int)BitOperations.RoundUpToPowerOf2((uint)(needed + ReadAhead));
            target = ArrayPool<byte>.Shared.Rent(Math.Min(wanted, ImageLimits.MaximumObjectLength));
        }

        Buffer.BlockCopy(buffer, start, target, 0, Available);
        (start, end) = (0, Available);
        if (target != buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = target;
        }
    }
}
