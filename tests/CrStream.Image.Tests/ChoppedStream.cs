namespace CrStream.Image.Tests;

/// <summary>A stream that cannot seek and gives a few bytes at a time, as a pipe may.</summary>
internal sealed class ChoppedStream(ReadOnlyMemory<byte> bytes, int seed) : Stream
{
    private readonly Random random = new(seed);
    private int position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (random.Next(4) == 0)
        {
            await Task.Yield();
        }

        var count = Math.Min(random.Next(1, 1 + (random.Next(8) == 0 ? 5000 : 5)), Math.Min(buffer.Length, bytes.Length - position));
        bytes.Slice(position, count).CopyTo(buffer);
        position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
