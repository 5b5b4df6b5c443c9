using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.NamelessFiles;

/// <summary>
/// Carries regular files that are open or mapped and have no name any more, or never had one (O_TMPFILE), with their
/// contents. The restore makes a file without a name in the same directory, by O_TMPFILE, so that it lies on the same
/// file system; nobody else ever sees it. Where the file system cannot do that, it becomes a memfd.
/// </summary>
public sealed class DeletedFilesHandler : IFileHandler
{
    private static readonly ObjectType Type = new("org.crstream.deleted-file");

    /// <inheritdoc/>
    public string Name => "deleted-files";

    /// <inheritdoc/>
    public string Claim => "regular files that are deleted and still open or mapped, with their contents";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) =>
        file.Status is { IsRegular: true, Links: 0 } && DeletedFileRecord.IsMarked(file.Link) && HasDirectory(file);

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var node = context.Shared($"deleted-file:{file.Status.Device}:{file.Status.Inode}", () =>
        {
            context.MustNotLeak(file.Status.Device, file.Status.Inode, $"the deleted file {DeletedFileRecord.PathOf(file.Link)} at {file.Where}");
            return new DeletedFile(Type, file, NearestDirectory.Of(file, context.Kernel), context.Kernel);
        });
        node.AddUser(file.Flags);
        return node;
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context)
    {
        var record = DeletedFileRecord.Read(fields);
        var kernel = context.Kernel;
        var file = Make(record, kernel);
        try
        {
            record.Attributes.Apply(file, kernel);
            return new RestoredDeletedFile(record, file, kernel);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) =>
        ((RestoredDeletedFile)behind).Open(state.Flags);

    /// <summary>Kernel memory looks like a deleted file, and lies on mounts that nobody can reach.</summary>
    private static bool HasDirectory(OpenFile file) => file.Status.FileSystem switch
    {
        FileSystemMagic.TMPFS_MAGIC => file.Link != "/dev/zero (deleted)"
            && !file.Link.StartsWith("/memfd:", StringComparison.Ordinal) && !file.Link.StartsWith("/SYSV", StringComparison.Ordinal),
        FileSystemMagic.HUGETLBFS_MAGIC => false,
        var magic => !FileSystemMagic.IsMadeUp(magic),
    };

    private static SafeFileHandle Make(DeletedFileRecord record, IKernel kernel)
    {
        var creator = record.Creator ?? FileFlags.O_RDWR;
        var flags = FileFlags.O_TMPFILE | (creator & (FileFlags.O_ACCMODE | FileFlags.O_SYNC | FileFlags.O_NOATIME | FileFlags.O_LARGEFILE));
        try
        {
            return kernel.Open(record.Directory, flags | (record.Creator is null ? FileFlags.O_EXCL : 0), 0x180);
        }
        catch (KernelException failed) when (failed.Error is ErrorNumber.EOPNOTSUPP or ErrorNumber.EISDIR)
        {
            return Memory.Create(Path.GetFileName(record.Path), 0, kernel);
        }
        catch (KernelException failed)
        {
            throw new RestoreException(
                $"the deleted file {record.Path} cannot be made again in {record.Directory}: {ErrorNumber.Describe(failed.Error)}", "make that directory, writable", failed);
        }
    }
}
