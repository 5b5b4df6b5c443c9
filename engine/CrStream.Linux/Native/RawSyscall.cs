using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Linux.Native;

/// <summary>System calls of this process that the C library has no function for (or only in its newest releases), by syscall(2).</summary>
internal static partial class RawSyscall
{
    /// <summary>kcmp(2).</summary>
    public static nint SYS_kcmp { get; } = Number(x64: 312, arm64: 272);

    /// <summary>pidfd_send_signal(2).</summary>
    public static nint SYS_pidfd_send_signal { get; } = Number(x64: 424, arm64: 424);

    /// <summary>pidfd_open(2).</summary>
    public static nint SYS_pidfd_open { get; } = Number(x64: 434, arm64: 434);

    /// <summary>pidfd_getfd(2).</summary>
    public static nint SYS_pidfd_getfd { get; } = Number(x64: 438, arm64: 438);

    /// <summary>syscall(2): -1 and errno on failure. The C library declares it variadic; integers are passed the same way.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint syscall(nint number, nint first = 0, nint second = 0, nint third = 0, nint fourth = 0, nint fifth = 0, nint sixth = 0);

    /// <summary>The same, for the calls whose first argument is a descriptor.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint syscall(nint number, SafeFileHandle first, nint second = 0, nint third = 0, nint fourth = 0);

    private static nint Number(nint x64, nint arm64) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => x64,
        Architecture.Arm64 => arm64,
        var other => throw new PlatformNotSupportedException($"no system call numbers for {other}"),
    };
}
