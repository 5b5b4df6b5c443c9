using System.Runtime.InteropServices;
using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Linux.Processes;

/// <summary>
/// Starts the seed of a restored tree: a child of this process that does nothing but sleep, from an executable that
/// exists in memory only. It is not started with <see cref="System.Diagnostics.Process"/>, whose SIGCHLD handler would
/// take the stops that the tracer waits for.
/// </summary>
public static unsafe partial class Stub
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

        RandomAccess.Write(file, Processor.Current.StubExecutable(address), 0);
        fixed (byte* name = "crstream-stub\0"u8)
        {
            byte** arguments = stackalloc byte*[2] { name, null };
            byte** environment = stackalloc byte*[1] { null };
            int pid;
            var error = posix_spawn(&pid, $"/proc/self/fd/{file.DangerousGetHandle()}", 0, 0, arguments, environment);
            return error == 0 ? pid : throw new KernelException("posix_spawn", error, "of the stub");
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle memfd_create(string name, uint flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn(int* pid, string path, nint fileActions, nint attributes, byte** arguments, byte** environment);
}
