using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.RegularFiles;

/// <summary>
/// Carries files that have a name: regular files, directories, and symbolic links opened with <c>O_PATH</c>. The image
/// has the path and what the file was, not its contents; the restore opens the path again after checking that it still
/// is that file. Where the name by which it was opened is gone and no other one is found, the file system's own handle
/// leads to it.
/// </summary>
public sealed class RegularFilesHandler : IFileHandler
{
    private static readonly ObjectType Type = new("org.crstream.regular-file");

    /// <inheritdoc/>
    public string Name => "regular-files";

    /// <inheritdoc/>
    public string Claim => "regular files, directories and symbolic links that have a name";

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

        return PseudoFiles.IsPseudo(file.Status) ? new("lies on a file system that the kernel makes up, so a restore could not find the same file again")
            : file.Status.Links == 0 ? new($"is a {kind.InWords()} that has been deleted, so a restore could not find it", "let the program close it, or a plugin carry it")
            : null;
    }

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var key = $"file:{file.Status.Device}:{file.Status.Inode}:{file.Link}";
        var node = context.Shared(key, () => FileNames.Find(file, context.Kernel) is { } named
            ? new NamedFile(Type, named.Path, named.Status, null)
            : new NamedFile(Type, file.Link, file.Status, HandleOf(file, context.Kernel)));
        node.AddUser(file.Flags);
        return node;
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context)
    {
        var record = FileRecord.Read(fields);
        var file = OpenName(record, context.Kernel);
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

    /// <summary>The file has a name, or had one when the tasks were frozen, but not one that can be found.</summary>
    private static FileHandle HandleOf(OpenFile file, IKernel kernel) => FileHandle.Of(file, kernel) ?? throw new DeniedException(
        $"{file.Where} ({file.Link}) cannot be carried: it has another name now, which cannot be found, and its file system knows no handles",
        "let the program close it, or put the file back under its name");

    private static SafeFileHandle OpenName(FileRecord record, IKernel kernel)
    {
        try
        {
            return record.Handle?.Open(FileFlags.O_PATH, kernel) ?? kernel.Open(record.Path, FileFlags.O_PATH | FileFlags.O_NOFOLLOW);
        }
        catch (KernelException failed) when (failed.Error is ErrorNumber.ENOENT or ErrorNumber.ENOTDIR or ErrorNumber.ESTALE)
        {
            throw new RestoreException($"the file {record.Path} is missing, and the process had it open or mapped", "put it back as it was at the checkpoint", failed);
        }
        catch (KernelException failed)
        {
            throw new RestoreException($"the file {record.Path} cannot be opened: {ErrorNumber.Describe(failed.Error)}", cause: failed);
        }
    }
}
