using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>
/// Reads an image from a stream, front to back, in a single pass; the stream need not seek and may give short reads.
/// Whatever is not a well-formed image is refused with an <see cref="ImageException"/> that has the byte offset. The
/// hash can only be checked at the end: nothing that was read counts as verified before <see cref="ReadAsync"/> has
/// returned null. The memory is that of one object, see <see cref="ImageLimits"/>. Not safe for several threads at once.
/// </summary>
/// <param name="source">The stream, which is not disposed of. Bytes behind the image may be taken from it, too.</param>
public sealed class ImageReader(Stream source) : IDisposable
{
    private readonly ImageInput input = new(source);
    private readonly ImageSeal seal = new();
    private ImageHeader? header;
    private ObjectParser? parser;
    private bool broken;

    /// <summary>The offset of the next byte that is parsed.</summary>
    public long Position => input.Position;

    /// <summary>How many objects have been read, of every type but the terminator.</summary>
    public ulong Objects { get; private set; }

    /// <summary>True once the terminator has been read and has matched: the whole image is as it was written.</summary>
    public bool IsVerified { get; private set; }

    /// <summary>The XXH3 128-bit hash that the terminator has and that all bytes before it match, once <see cref="IsVerified"/>.</summary>
    public UInt128 Xxh128 { get; private set; }

    /// <summary>The header, once it has been read.</summary>
    public ImageHeader Header => header ?? throw new InvalidOperationException("the header has not been read yet");

    /// <summary>Reads the header, which comes first.</summary>
    /// <exception cref="ImageException">The stream is not an image of a version that is known.</exception>
    public async ValueTask<ImageHeader> ReadHeaderAsync(CancellationToken cancellation = default)
    {
        Begin(header is null);
        if (!await input.FillAsync(ImageHeader.ImmutableLength, cancellation).ConfigureAwait(false))
        {
            ImageHeader.CheckMagic(input.Peek(input.Available));
            throw CutOff("inside the header");
        }

        ImageHeader.CheckImmutable(Take(ImageHeader.ImmutableLength).Span);
        if (!await input.FillAsync(sizeof(uint), cancellation).ConfigureAwait(false))
        {
            throw CutOff("inside the header");
        }

        var length = ImageHeader.ReadLength(Take(sizeof(uint)).Span);
        if (!await input.FillAsync(length, cancellation).ConfigureAwait(false))
        {
            throw CutOff("inside the header");
        }

        var result = ImageHeader.ReadBody(Take(length));
        parser = new(result.PageSize);
        broken = false;
        return header = result;
    }

    /// <summary>
    /// Reads the next object. Bytes of pages and data are valid until the next call. Null when the terminator has been
    /// reached, everything in it matches, and the stream ends there.
    /// </summary>
    /// <exception cref="ImageException">The image is not well-formed from this object on; reading cannot go on.</exception>
    public async ValueTask<ImageObject?> ReadAsync(CancellationToken cancellation = default)
    {
        if (IsVerified)
        {
            return null;
        }

        Begin(header is not null);
        var offset = input.Position;
        if (!await input.FillAsync(ObjectHead.Length, cancellation).ConfigureAwait(false))
        {
            throw CutOff(input.Available == 0 ? "without a terminator" : $"inside the object at byte {offset}");
        }

        var head = ObjectHead.Read(input.Peek(ObjectHead.Length), offset);
        if (!await input.FillAsync(head.Total, cancellation).ConfigureAwait(false))
        {
            throw CutOff($"inside the object at byte {offset}, which has {head.Total} bytes");
        }

        ImageObject? result = null;
        if (head.Type == CoreTypes.TerminatorNumber)
        {
            await EndAsync(input.Take(head.Total)[ObjectHead.Length..], offset, cancellation).ConfigureAwait(false);
        }
        else
        {
            result = parser!.Parse(head, Take(head.Total)[ObjectHead.Length..], offset);
            Objects++;
        }

        broken = false;
        return result;
    }

    /// <summary>Gives the buffer back. Bytes of the last object are no longer valid then.</summary>
    public void Dispose() => input.Dispose();

    private async ValueTask EndAsync(ReadOnlyMemory<byte> payload, long offset, CancellationToken cancellation)
    {
        var found = Terminator.Read(payload, offset + ObjectHead.Length);
        var expected = seal.Summarize(Objects);
        if (found != expected)
        {
            var (what, says, actual) = found.Objects != expected.Objects ? ("number of objects", $"{found.Objects}", $"{expected.Objects}")
                : found.Bytes != expected.Bytes ? ("number of bytes", $"{found.Bytes}", $"{expected.Bytes}")
                : ("hash", $"{found.Xxh128:x32}", $"{expected.Xxh128:x32}");
            throw new ImageException(offset, $"the terminator's {what} is {says}, but what comes before it has {actual}", hint: "the image was damaged; use another copy");
        }

        if (await input.FillAsync(1, cancellation).ConfigureAwait(false))
        {
            throw new ImageException(input.Position, "bytes follow the terminator");
        }

        Xxh128 = found.Xxh128;
        IsVerified = true;
    }

    private ReadOnlyMemory<byte> Take(int length)
    {
        var taken = input.Take(length);
        seal.Append(taken.Span);
        return taken;
    }

    private void Begin(bool inOrder)
    {
        if (!inOrder || broken)
        {
            throw new InvalidOperationException(broken ? "an earlier read of this image has failed" : "the header is read once, and first");
        }

        // Taken back when the read succeeds.
        broken = true;
    }

    private ImageException CutOff(string where) =>
        new(input.Position + input.Available, $"the image was cut off: it ends {where}", hint: "the checkpoint or the transfer was not completed; use another copy");
}
