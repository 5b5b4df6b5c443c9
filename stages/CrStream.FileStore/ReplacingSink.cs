using System.Security.Cryptography;
using CrStream.Abstractions;

namespace CrStream.FileStore;

/// <summary>
/// An image that is written beside its destination and takes its name when it is complete. Only its owner may read it,
/// since an image holds whatever the tasks had in memory.
/// </summary>
/// <remarks>
/// The commit is fsync, rename, fsync. The first one makes sure that the name never stands for a file with holes. The
/// second one is for the name itself: a rename changes the file's inode too, so that flushing the file flushes the
/// journal's transaction that holds the rename (ext4, XFS, btrfs); .NET opens no directory that could be flushed instead.
/// A process that is killed before the rename leaves the partial file, under a name that says so, and nothing else.
/// </remarks>
internal sealed class ReplacingSink : IImageSink
{
    /// <summary>Of the destination's name that much stands in the partial one, so that this is no longer than names may be (255 bytes).</summary>
    private const int MaxNameLength = 64;

    private const int RandomBytes = 8;

    private readonly string destination;
    private readonly string partial;
    private readonly FileStream stream;
    private bool isCommitted;

    /// <exception cref="IOException">The file cannot be made.</exception>
    public ReplacingSink(string destination)
    {
        if (Directory.Exists(destination)) throw new IOException("it is a directory");
        this.destination = destination;
        var name = Path.GetFileName(destination);
        var suffix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));
        partial = Path.Join(Path.GetDirectoryName(destination), $".{name[..Math.Min(name.Length, MaxNameLength)]}.crstream-partial-{suffix}");
        stream = new FileStream(partial, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
        => await FileErrors.TranslateAsync(destination, "write", async () =>
        {
            await stream.WriteAsync(bytes, cancellation);
            return bytes.Length;
        });

    public ValueTask CommitAsync(CancellationToken cancellation) => FileErrors.TranslateAsync(destination, "write", () =>
    {
        stream.Flush(flushToDisk: true);
        cancellation.ThrowIfCancellationRequested();
        File.Move(partial, destination, overwrite: true);
        isCommitted = true;
        stream.Flush(flushToDisk: true);
    });

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        if (!isCommitted) await FileErrors.TranslateAsync(partial, "delete", () => File.Delete(partial));
    }
}
