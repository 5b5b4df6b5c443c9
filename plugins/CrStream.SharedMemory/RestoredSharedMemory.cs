using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.SharedMemory;

/// <summary>New shared anonymous memory on its way to the tasks.</summary>
internal sealed class RestoredSharedMemory(long size, SafeFileHandle file, IKernel kernel) : RestoredObject
{
    public override string Description => $"the shared memory of {size} bytes";

    public override void WritePages(ulong address, ReadOnlySpan<byte> pages)
    {
        if (address > (ulong)size || (ulong)pages.Length > (ulong)size - address)
        {
            throw new RestoreException($"the pages of {Description} do not fit: {pages.Length} bytes at {address}");
        }

        for (var offset = (long)address; !pages.IsEmpty;)
        {
            var count = kernel.WriteAt(file, pages, offset);
            pages = pages[count..];
            offset += count;
        }
    }

    internal SafeFileHandle Open(int flags) =>
        kernel.Reopen(file, flags & (FileFlags.O_ACCMODE | FileFlags.O_APPEND | FileFlags.O_NONBLOCK | FileFlags.O_SYNC | FileFlags.O_NOATIME | FileFlags.O_LARGEFILE));

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }
}
