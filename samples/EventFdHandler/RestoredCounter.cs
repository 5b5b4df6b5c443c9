using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace Samples.EventFd;

/// <summary>A new event counter with the old one's value. It is a file description of its own, so it is given away once.</summary>
internal sealed partial class RestoredCounter : RestoredObject
{
    private const int EFD_SEMAPHORE = 1;
    private const int EFD_CLOEXEC = 0x80000;

    private SafeFileHandle? file;

    internal RestoredCounter(EventFdState state, IKernel kernel)
    {
        var number = eventfd(0, EFD_CLOEXEC | (state.IsSemaphore ? EFD_SEMAPHORE : 0));
        if (number < 0)
        {
            throw new KernelException("eventfd", Marshal.GetLastPInvokeError());
        }

        file = new(number, ownsHandle: true);
        if (state.Count > 0)
        {
            Span<byte> count = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(count, state.Count);
            kernel.Write(file, count);
        }
    }

    public override string Description => "an event counter";

    internal SafeFileHandle Take()
    {
        var taken = file ?? throw new RestoreException("the image gives one event counter to two files");
        file = null;
        return taken;
    }

    protected override void Dispose(bool disposing)
    {
        file?.Dispose();
        base.Dispose(disposing);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);
}
