using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.RegularFiles;

/// <summary>
/// Carries files that have a name: regular files, directories, and symbolic links opened with <c>O_PATH</c>. The image
/// has the path and what the file was, not its contents; the restore opens the path again after checking that it still
/// is that file.
/// </summary>
public sealed class RegularFilesHandler : IFileHandler
{
    private static readonly ObjectType Type = new("org.crstream.regular-file");

    /// <inheritdoc/>
    public string Name => "regular-files";

    /// <inheritdoc/>
    public string Claim => "regular files, directories and symbolic links that still have their name";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) =>
        FileKinds.Of(file.Status) is not null && HasPath(file) && file.Status.Links > 0
        && (!PseudoFiles.IsPseudo(file.Status) || PseudoFiles.IsHarmless(file));

    /// <inheritdoc/>
    public Denial? Explain(OpenFile file)
    {
        if (FileKinds.Of(file.Status) is not { } kind || !HasPath(file))
        {
            return null;
        }

        if (PseudoFiles.IsPseudo(file.Status))
        {
            return new("lies on a file system that the kernel makes up, so a restore could not find the same file again");
        }

        return file.Status.Links == 0
            ? new($"is a {kind.InWords()} that has been deleted, so a restore could not find it", "let the program close it, or a plugin carry its contents")
            : null;
    }

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var named = context.Kernel.Status(file.Link, followLinks: false);
        if (named is null || named.Device != file.Status.Device || named.Inode != file.Status.Inode)
        {
            throw new DeniedException(
                $"{file.Where} ({file.Link}) cannot be carried: {(named is null ? "there is no file of that name any more" : "another file has that name now")}",
                "let the program close it, or put the file back under its name");
        }

        var node = context.Shared($"file:{named.Device}:{named.Inode}:{file.Link}", () => new NamedFile(Type, file.Link, named));
        node.AddUser(file.Flags);
        return node;
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context)
    {
        var record = FileRecord.Read(fields);
        var file = OpenName(record.Path, context.Kernel);
        try
        {
            var status = context.Kernel.Status(file);
            FileIdentity.Require(record, status, context.Settings);
            return new RestoredFile(record, status, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) =>
        ((RestoredFile)behind).Open(state.Flags, context.Kernel);

    private static bool HasPath(OpenFile file) => file.Link.StartsWith('/');

    private static SafeFileHandle OpenName(string path, IKernel kernel)
    {
        try
        {
            return kernel.Open(path, FileFlags.O_PATH | FileFlags.O_NOFOLLOW);
        }
        catch (KernelException failed) when (failed.Error is ErrorNumber.ENOENT or ErrorNumber.ENOTDIR)
        {
            throw new RestoreException($"the file {path} is missing, and the process had it open or mapped", "put it back as it was at the checkpoint", failed);
        }
        catch (KernelException failed)
        {
            throw new RestoreException($"the file {path} cannot be opened: {ErrorNumber.Describe(failed.Error)}", cause: failed);
        }
    }
}
