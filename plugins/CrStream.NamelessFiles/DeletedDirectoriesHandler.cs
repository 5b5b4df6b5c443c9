using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.NamelessFiles;

/// <summary>
/// Carries directories that are open and deleted. The kernel makes no directory without a name, so the restore makes one
/// and deletes it at once.
/// </summary>
public sealed class DeletedDirectoriesHandler : IFileHandler
{
    private static readonly ObjectType Type = new("org.crstream.deleted-directory");

    /// <inheritdoc/>
    public string Name => "deleted-directories";

    /// <inheritdoc/>
    public string Claim => "directories that are deleted and still open";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) =>
        file.Status is { IsDirectory: true, Links: 0 } && DeletedFileRecord.IsMarked(file.Link) && !FileSystemMagic.IsMadeUp(file.Status.FileSystem);

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context) => context.Shared(
        $"deleted-directory:{file.Status.Device}:{file.Status.Inode}", () => new DeletedDirectory(Type, file, NearestDirectory.Of(file, context.Kernel)));

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context) =>
        new RestoredDeletedDirectory(DeletedDirectoryRecord.Read(fields), context.Kernel);

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) =>
        ((RestoredDeletedDirectory)behind).Open(state.Flags);
}
