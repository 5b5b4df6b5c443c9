using System.Runtime.InteropServices;
using CrStream.Linux.Memory;

namespace CrStream.Linux.Native;

/// <summary>process_vm_readv(2) and process_vm_writev(2). <see cref="MemoryRange"/> is laid out as struct iovec.</summary>
internal static partial class MemoryCalls
{
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint process_vm_readv(int pid, MemoryRange* local, nuint localCount, MemoryRange* remote, nuint remoteCount, nuint flags);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint process_vm_writev(int pid, MemoryRange* local, nuint localCount, MemoryRange* remote, nuint remoteCount, nuint flags);
}
