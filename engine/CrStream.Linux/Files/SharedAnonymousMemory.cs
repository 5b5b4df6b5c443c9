using System.Globalization;
using System.Runtime.InteropServices;
using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Linux.Files;

/// <summary>Makes the nameless tmpfs file behind a shared anonymous mapping, without the mapping.</summary>
internal static partial class SharedAnonymousMemory
{
    private const int PROT_READ = 1;
    private const int PROT_WRITE = 2;
    private const int MAP_SHARED = 1;
    private const int MAP_ANONYMOUS = 0x20;

    /// <summary>
    /// Maps it, opens the mapping's file by /proc/self/map_files (proc(5); needs CAP_CHECKPOINT_RESTORE or
    /// CAP_SYS_ADMIN), and unmaps it: the only way to a file that the kernel shows as <c>/dev/zero (deleted)</c> like
    /// the original. A memfd has another name and inode flags.
    /// </summary>
    internal static SafeFileHandle Create(IKernel kernel, long size)
    {
        var address = mmap(0, checked((nuint)size), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (address == -1)
        {
            throw new KernelException("mmap", Marshal.GetLastPInvokeError(), $"of {size} bytes of shared memory");
        }

        try
        {
            var pageSize = Environment.SystemPageSize;
            var end = address + (nint)((size + pageSize - 1) / pageSize * pageSize);
            return kernel.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/self/map_files/{address:x}-{end:x}"), FileFlags.O_RDWR);
        }
        finally
        {
            _ = munmap(address, (nuint)size);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(nint address, nuint length);
}
