using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Devices;

/// <summary>A device that was found again and checked, held by an <c>O_PATH</c> descriptor.</summary>
internal sealed class RestoredDevice(DeviceRecord record, SafeFileHandle name) : RestoredObject
{
    public override string Description => record.Path;

    internal SafeFileHandle Open(int flags, IKernel kernel) => kernel.Reopen(
        name,
        flags & (FileFlags.O_ACCMODE | FileFlags.O_APPEND | FileFlags.O_NONBLOCK | FileFlags.O_SYNC | FileFlags.O_NOATIME
            | FileFlags.O_PATH | FileFlags.O_LARGEFILE));

    protected override void Dispose(bool disposing)
    {
        name.Dispose();
        base.Dispose(disposing);
    }
}
