using System.Runtime.InteropServices;

namespace CrStream.Linux.Ptrace;

/// <summary>ptrace(2) and waitpid(2).</summary>
internal static unsafe partial class PtraceNative
{
    public const int WNOHANG = 1;
    public const int __WALL = 0x40000000;

    // glibc's wrapper is variadic and handles the PEEK requests, which are not used here, in a way of its own.
    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    public static partial long ptrace(long request, int pid, nuint address, nuint data);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitpid(int pid, int* status, int options);

    // Microseconds. Thread.Sleep knows only whole milliseconds.
    [LibraryImport("libc")]
    public static partial void usleep(uint microseconds);
}
