namespace CrStream.Linux.Acting;

/// <summary>
/// The signal by which a task tells its tracer that a program is done. It must do nothing where the tracer has died
/// meanwhile, so it is one that the kernel drops by default, and that the task neither catches, blocks nor has pending.
/// SIGCONT is none of them: sending it alone lets a stopped process go on and drops its pending stop signals (signal(7)).
/// </summary>
public static class NotificationSignal
{
    /// <summary>None is free: the tracer follows the task from system call to system call instead, which is slower.</summary>
    public const int None = 0;

    private const int SIGCHLD = 17;
    private const int SIGURG = 23;
    private const int SIGWINCH = 28;

    /// <summary>Chooses the signal. Each argument is a set of signals: bit N - 1 for signal N, as in /proc/PID/status.</summary>
    public static int Choose(ulong caught, ulong blocked, ulong pending)
    {
        foreach (var signal in (ReadOnlySpan<int>)[SIGURG, SIGWINCH, SIGCHLD])
        {
            if (((caught | blocked | pending) & Bit(signal)) == 0)
            {
                return signal;
            }
        }

        return None;
    }

    /// <summary>The set of one signal.</summary>
    public static ulong Bit(int signal) => signal == None ? 0 : 1UL << (signal - 1);
}
