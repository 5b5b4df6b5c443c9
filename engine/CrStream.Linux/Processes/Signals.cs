using System.Runtime.InteropServices;
using CrStream.Abstractions;

namespace CrStream.Linux.Processes;

/// <summary>Sends signals; see signal(7) for their numbers.</summary>
public static partial class Signals
{
    /// <summary>SIGKILL.</summary>
    public const int SIGKILL = 9;

    /// <summary>SIGSTOP.</summary>
    public const int SIGSTOP = 19;

    /// <summary>How many signals there are: numbers 1 to 64.</summary>
    public const int Count = 64;

    /// <summary>Sends a signal to a process. One that is gone already is no error.</summary>
    public static void Send(int pid, int signal)
    {
        if (kill(pid, signal) < 0 && Marshal.GetLastPInvokeError() is var error && error != ErrorNumber.ESRCH)
        {
            throw new KernelException("kill", error, $"of process {pid} with signal {signal}");
        }
    }

    /// <summary>Whether a number is that of a process, a zombie included.</summary>
    public static bool Exists(int pid) => kill(pid, 0) == 0 || Marshal.GetLastPInvokeError() == ErrorNumber.EPERM;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
