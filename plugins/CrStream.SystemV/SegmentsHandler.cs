using System.Globalization;
using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.SystemV;

/// <summary>
/// Carries System V shared memory (shmget(2)): what is attached, and what a task of the tree made or was the last to
/// attach or detach.
/// </summary>
public sealed class SegmentsHandler : IFileHandler, ITreeHandler
{
    private const string Prefix = "/SYSV";
    private const int KeyLength = 8;

    private static readonly ObjectType Type = new("org.crstream.sysv-shm");

    /// <inheritdoc/>
    public string Name => "sysv-shm";

    /// <inheritdoc/>
    public string Claim => "System V shared memory, with its contents and id";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    /// <remarks>Behind an attachment stands a file on a tmpfs of the kernel's own, named by the key; its inode's number is the segment's id (ipc/shm.c, newseg).</remarks>
    public bool Claims(OpenFile file) =>
        file is { IsMapping: true, Status: { IsRegular: true, Links: 0, FileSystem: FileSystemMagic.TMPFS_MAGIC } } && file.Link.StartsWith(Prefix, StringComparison.Ordinal);

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var id = (int)file.Status.Inode;
        return context.Shared(KeyOf(id), () =>
        {
            context.MustNotLeak(file.Status.Device, file.Status.Inode, $"the shared memory segment {id} at {file.Where}");
            var row = SysvKind.Segment.Rows().FirstOrDefault(row => row.Id == id)
                ?? throw new DeniedException($"{file.Where} ({file.Link}) cannot be carried: the shared memory segment {id} is not in the ipc namespace of crstream", "run crstream inside it");
            var key = unchecked((int)uint.Parse(file.Link.AsSpan(Prefix.Length, KeyLength), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            return new Segment(Type, SegmentRecord.Of(row, key), context.Kernel);
        });
    }

    /// <inheritdoc/>
    public IEnumerable<KernelObject> Collect(ICollectContext context) =>
        [.. SysvKind.Segment.Rows()
            .Where(row => context.IsInside((int)row["cpid"]) || context.IsInside((int)row["lpid"]) || SysvKind.Segment.IsNamed(row.Id, context.Settings))
            .Where(row => row["nattch"] == 0)
            .Select(row => context.Shared(KeyOf(row.Id), () => new Segment(Type, SegmentRecord.Of(row, row.Key), context.Kernel)))];

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context) => new RestoredSegment(SegmentRecord.Read(fields), context.Kernel);

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) => ((RestoredSegment)behind).Open(state.Flags);

    private static string KeyOf(int id) => $"sysv-shm:{id}";
}
