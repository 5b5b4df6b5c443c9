using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.NamelessFiles;

/// <summary>A directory that was made and deleted again; a descriptor keeps it.</summary>
internal sealed class RestoredDeletedDirectory : RestoredObject
{
    private const int AT_FDCWD = -100;
    private const int AT_REMOVEDIR = 0x200;

    private readonly DeletedDirectoryRecord record;
    private readonly SafeFileHandle directory;
    private readonly IKernel kernel;

    internal RestoredDeletedDirectory(DeletedDirectoryRecord record, IKernel kernel)
    {
        this.record = record;
        this.kernel = kernel;
        var name = Make();
        try
        {
            directory = kernel.Open(name, FileFlags.O_RDONLY | FileFlags.O_DIRECTORY | FileFlags.O_NOFOLLOW);
        }
        finally
        {
            Remove(name);
        }

        record.Attributes.ApplyOwner(directory, kernel);
        record.Attributes.ApplyTime(directory, kernel);
    }

    public override string Description => $"{record.Path} (deleted)";

    internal SafeFileHandle Open(int flags) => kernel.Reopen(directory, flags & (FileFlags.O_NONBLOCK | FileFlags.O_NOATIME
        | FileFlags.O_PATH | FileFlags.O_LARGEFILE | FileFlags.O_DIRECTORY));

    protected override void Dispose(bool disposing)
    {
        directory.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Makes it under its own name where that is free, so that it goes on being called so, and under a new one otherwise.</summary>
    private string Make()
    {
        var name = record.PreferredName;
        for (var attempt = 0; ; attempt++)
        {
            var program = new SyscallProgram();
            var made = program.Try(SystemCall.mkdirat, AT_FDCWD, program.Store(name), 0x1C0);
            var result = (int)kernel.Run(program)[made];
            if (result == 0)
            {
                return name;
            }

            if (result != -ErrorNumber.EEXIST || attempt > 0)
            {
                throw new RestoreException(
                    $"the deleted directory {record.Path} cannot be made again in {record.Directory}: {ErrorNumber.Describe(-result)}", "make that directory, writable");
            }

            name = $"{record.PreferredName}.{Guid.NewGuid():N}";
        }
    }

    private void Remove(string name)
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.unlinkat, AT_FDCWD, program.Store(name), AT_REMOVEDIR);
        kernel.Run(program);
    }
}
