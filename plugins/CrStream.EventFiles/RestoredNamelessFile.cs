using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles;

/// <summary>A file without a name that was made again. It is one with its file description, so it is given away once.</summary>
internal class RestoredNamelessFile(string description, SafeFileHandle file) : RestoredObject
{
    private bool taken;

    public override string Description => description;

    /// <summary>The file: open as long as the restore lasts, whether it has been given away or not.</summary>
    protected SafeFileHandle File => file;

    internal SafeFileHandle Take()
    {
        if (taken)
        {
            throw new RestoreException($"the image gives {description} to two files");
        }

        taken = true;
        return file;
    }

    protected override void Dispose(bool disposing)
    {
        if (!taken)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
