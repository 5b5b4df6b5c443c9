using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.EventFd;

/// <summary>All that an event counter is (fs/eventfd.c).</summary>
/// <param name="Count">Its value.</param>
/// <param name="IsSemaphore">A read takes 1 instead of all.</param>
internal sealed record EventFdState(ulong Count, bool IsSemaphore)
{
    private const int EFD_SEMAPHORE = 1;

    /// <summary>Reads the fdinfo; kernels before 6.5 do not say whether it is a semaphore.</summary>
    internal static EventFdState Parse(string fdInfo) => new(
        FdInfoText.Require(fdInfo, "eventfd-count", FdInfoText.Hexadecimal),
        FdInfoText.Require(fdInfo, "eventfd-semaphore", FdInfoText.Decimal) != 0);

    internal Fields Write() => new() { ["count"] = Count, ["semaphore"] = IsSemaphore };

    internal static EventFdState Read(Fields fields) => new(
        fields.UInt64("count") is < ulong.MaxValue and var count ? count : throw new FieldException("count", "is more than a counter holds"),
        fields.Boolean("semaphore"));

    internal SafeFileHandle Make(IKernel kernel)
    {
        var file = kernel.Create(SystemCall.eventfd2, 0, FileFlags.O_CLOEXEC | (IsSemaphore ? EFD_SEMAPHORE : 0));
        if (Count > 0)
        {
            kernel.Write(file, BitConverter.GetBytes(Count));
        }

        return file;
    }
}
