using System.Runtime.InteropServices;

namespace CrStream.EndToEnd.Tests.Running;

internal static partial class Signal
{
    public const int SIGINT = 2;
    public const int SIGKILL = 9;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;

    /// <summary>Sends a signal; a process that is gone is no error.</summary>
    public static void Send(int pid, int signal)
    {
        if (pid > 1)
            _ = Kill(pid, signal);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
