using System.Runtime.InteropServices;

namespace CrStream.Linux.Files;

/// <summary>The calls on pipes, as libc has them.</summary>
internal static unsafe partial class PipeCalls
{
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint tee(SafeHandle from, SafeHandle to, nuint length, uint flags);
}
