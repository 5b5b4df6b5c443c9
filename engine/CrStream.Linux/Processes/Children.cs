using CrStream.Linux.Ptrace;

namespace CrStream.Linux.Processes;

/// <summary>Waits for children of this process.</summary>
public static class Children
{
    private const int PauseMilliseconds = 20;

    /// <summary>Ends a child and takes its status, so that nothing of it is left. One that is gone already is no error.</summary>
    public static void End(int pid, TimeSpan patience)
    {
        Signals.Send(pid, Signals.SIGKILL);
        var deadline = Deadline.In(patience);
        try
        {
            // A tracee may report stops that were under way before it reports its end.
            while (Waiting.For(pid, deadline) is { Stopped: true })
            {
            }
        }
        catch (Abstractions.KernelException gone) when (gone.Error == Abstractions.ErrorNumber.ECHILD)
        {
        }
    }

    /// <summary>Waits for a child's end: its exit status, or 128 and the signal that ended it.</summary>
    public static async Task<int> WaitAsync(int pid, CancellationToken cancellation)
    {
        while (true)
        {
            if (Waiting.For(pid, Deadline.In(TimeSpan.Zero)) is { Stopped: false } end)
            {
                return end.ExitCode;
            }

            await Task.Delay(PauseMilliseconds, cancellation);
        }
    }
}
