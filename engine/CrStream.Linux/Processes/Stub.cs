using System.Runtime.InteropServices;
using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Linux.Processes;

/// <summary>
/// Starts the seed of a restored tree: a child of this process that does nothing but sleep, from an executable that
/// exists in memory only.
/// </summary>
public static partial class Stub
{
    private const uint MFD_CLOEXEC = 1;

    /// <summary>Starts a stub and gives its pid.</summary>
    /// <param name="address">Where its one page is loaded.</param>
    public static int Start(ulong address)
    {
        using var file = memfd_create("crstream-stub", MFD_CLOEXEC);
        if (file.IsInvalid)
        {
            throw new KernelException("memfd_create", Marshal.GetLastPInvokeError());
        }

        RandomAccess.Write(file, Processor.Current.StubExecutable(address, Environment.ProcessId), 0);
        return Spawning.Start($"/proc/self/fd/{file.DangerousGetHandle()}", "crstream-stub");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle memfd_create(string name, uint flags);
}
