using System.Runtime.InteropServices;
using CrStream.Abstractions;
using static CrStream.Linux.Ptrace.PtraceNative;

namespace CrStream.Linux.Ptrace;

/// <summary>
/// Waits with a bound. waitpid(2) has none of its own, so it is asked again and again: in quick succession first, since
/// a task answers within microseconds as a rule, then ever more seldom.
/// </summary>
internal static unsafe class Waiting
{
    private const int QuickAttempts = 200;
    private const uint ShortPause = 50;
    private const uint LongPause = 1000;

    /// <summary>The next status of a child or tracee, or null when none comes in time.</summary>
    public static TaskStop? For(int pid, Deadline deadline)
    {
        for (var attempt = 0; ; attempt++)
        {
            int status;
            var found = waitpid(pid, &status, __WALL | WNOHANG);
            if (found == pid)
            {
                return new TaskStop(status);
            }

            if (found < 0 && Marshal.GetLastPInvokeError() is var error && error != ErrorNumber.EINTR)
            {
                throw new KernelException("waitpid", error, $"for task {pid}");
            }

            if (attempt < QuickAttempts)
            {
                Thread.Yield();
            }
            else if (deadline.HasPassed)
            {
                return null;
            }
            else
            {
                usleep(attempt < 2 * QuickAttempts ? ShortPause : LongPause);
            }
        }
    }
}
