using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.Watching;

/// <summary>A file that is to be watched again, found and held open as a name only, which nobody who watches notices.</summary>
internal sealed class RestoredTarget(SafeFileHandle file, bool isOwn) : IDisposable
{
    /// <summary>The path by which it is watched.</summary>
    internal string Path => Reopening.ProcPath(file);

    internal static RestoredTarget Find(Fields fields, IRestoreContext context)
    {
        if (fields.Find("file") is not null)
        {
            return new(context.Resolve<RestoredDescription>(fields, "file").Handle, isOwn: false);
        }

        var path = fields.Text("path");
        if (!path.StartsWith('/') || path.Contains('\0'))
        {
            throw new FieldException("path", "is no absolute path");
        }

        try
        {
            return new(context.Kernel.Open(path, FileFlags.O_PATH | FileFlags.O_NOFOLLOW), isOwn: true);
        }
        catch (KernelException failed)
        {
            throw new RestoreException($"{path}, which is watched, cannot be opened: {ErrorNumber.Describe(failed.Error)}", "it must be there as it was at the checkpoint", failed);
        }
    }

    public void Dispose()
    {
        if (isOwn)
        {
            file.Dispose();
        }
    }
}
