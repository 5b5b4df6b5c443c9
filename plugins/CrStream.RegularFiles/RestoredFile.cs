using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.RegularFiles;

/// <summary>A file that was found again and checked, held by an <c>O_PATH</c> descriptor so that nobody can swap it.</summary>
internal sealed class RestoredFile(FileRecord record, FileStatus status, SafeFileHandle name) : RestoredObject
{
    public override string Description => record.Path;

    /// <summary>
    /// Opens the very file that was checked, with those of the flags that F_GETFL may have shown and that open(2) takes
    /// without side effects. O_ASYNC is left to F_SETFL, which alone starts it.
    /// </summary>
    internal SafeFileHandle Open(int flags, IKernel kernel)
    {
        flags &= FileFlags.O_ACCMODE | FileFlags.O_APPEND | FileFlags.O_NONBLOCK | FileFlags.O_SYNC | FileFlags.O_NOATIME
            | FileFlags.O_PATH | FileFlags.O_DIRECT | FileFlags.O_LARGEFILE | FileFlags.O_NOFOLLOW
            | (record.Kind == FileKind.Directory ? FileFlags.O_DIRECTORY : 0);
        try
        {
            return (flags & FileFlags.O_NOFOLLOW) == 0 ? kernel.Reopen(name, flags) : OpenByName(flags, kernel);
        }
        catch (KernelException failed)
        {
            throw new RestoreException(
                $"the file {record.Path} cannot be opened again with the flags 0x{flags:x}: {ErrorNumber.Describe(failed.Error)}", cause: failed);
        }
    }

    /// <summary>O_NOFOLLOW does not pass the link in /proc/self/fd, so the file is opened by its name and compared.</summary>
    private SafeFileHandle OpenByName(int flags, IKernel kernel)
    {
        var file = record.Handle?.Open(flags, kernel) ?? kernel.Open(record.Path, flags);
        var opened = kernel.Status(file);
        if (opened.Device == status.Device && opened.Inode == status.Inode)
        {
            return file;
        }

        file.Dispose();
        throw new RestoreException($"the file {record.Path} was replaced during the restore");
    }

    protected override void Dispose(bool disposing)
    {
        name.Dispose();
        base.Dispose(disposing);
    }
}
