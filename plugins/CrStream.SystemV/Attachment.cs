using System.Globalization;
using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.SystemV;

/// <summary>A segment in this process's own memory, and by that way as a file.</summary>
internal sealed class Attachment : IDisposable
{
    internal const int SHM_RDONLY = 0x1000;

    private readonly IKernel kernel;
    private long address;

    internal Attachment(int id, long size, int flags, IKernel kernel)
    {
        this.kernel = kernel;
        address = kernel.Call(SystemCall.shmat, id, 0, flags);
        try
        {
            // The only way to the file behind it; needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN, see proc(5).
            var end = address + ((size + Environment.SystemPageSize - 1) / Environment.SystemPageSize * Environment.SystemPageSize);
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/map_files/{address:x}-{end:x}");
            File = kernel.Open(path, flags == SHM_RDONLY ? FileFlags.O_RDONLY : FileFlags.O_RDWR);
        }
        catch
        {
            kernel.Call(SystemCall.shmdt, address);
            throw;
        }
    }

    /// <summary>The file behind the segment.</summary>
    internal SafeFileHandle File { get; }

    public void Dispose()
    {
        if (address != 0)
        {
            File.Dispose();
            kernel.Call(SystemCall.shmdt, address);
            address = 0;
        }
    }
}
