using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.SharedMemory;

/// <summary>
/// Carries shared anonymous memory (MAP_SHARED | MAP_ANONYMOUS, or a shared mapping of /dev/zero): behind it stands a
/// nameless file on a tmpfs of the kernel's own, which is one object for all its mappings.
/// </summary>
public sealed class SharedMemoryHandler : IFileHandler
{
    /// <summary>What mm/shmem.c, shmem_zero_setup() calls such a file.</summary>
    private const string Link = "/dev/zero (deleted)";

    private static readonly ObjectType Type = new("org.crstream.shared-memory");

    /// <inheritdoc/>
    public string Name => "shared-memory";

    /// <inheritdoc/>
    public string Claim => "shared anonymous mappings inside the tree, with their contents";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) =>
        file is { Link: Link, Status: { IsRegular: true, Links: 0, FileSystem: FileSystemMagic.TMPFS_MAGIC } }
        && (file.Flags & FileFlags.O_PATH) == 0;

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context) =>
        context.Shared($"shared-memory:{file.Status.Device}:{file.Status.Inode}", () =>
        {
            context.MustNotLeak(file.Status.Device, file.Status.Inode, $"the shared memory at {file.Where}");
            return new SharedMemory(Type, file, context.Kernel);
        });

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context)
    {
        var size = fields.Int64("size");
        return size > 0 && size % Environment.SystemPageSize == 0
            ? new RestoredSharedMemory(size, context.Kernel.CreateSharedMemory(size), context.Kernel)
            : throw new FieldException("size", "is no positive number of whole pages");
    }

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) =>
        ((RestoredSharedMemory)behind).Open(state.Flags);
}
