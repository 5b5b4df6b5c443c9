using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Abstractions;

/// <summary>Opening once more what is open already.</summary>
public static class Reopening
{
    /// <summary>
    /// A new file description on the inode behind a file, by /proc/self/fd: without a race, whatever has become of its
    /// name, and also where the file was opened with <c>O_PATH</c>. See proc(5).
    /// </summary>
    public static SafeFileHandle Reopen(this IKernel kernel, SafeFileHandle file, int flags)
    {
        var reopened = kernel.Open(ProcPath(file), flags);
        GC.KeepAlive(file);
        return reopened;
    }

    /// <summary>Another descriptor of this process for the same file description.</summary>
    public static SafeFileHandle Duplicate(this IKernel kernel, SafeFileHandle file) =>
        new((nint)kernel.Control(file, FileControl.F_DUPFD_CLOEXEC), ownsHandle: true);

    /// <summary>The path by which this process reaches its own open file; valid as long as that is open.</summary>
    public static string ProcPath(SafeFileHandle file) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}");
}
