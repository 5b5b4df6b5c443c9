namespace CrStream.Linux.Proc;

/// <summary>How a POSIX timer tells that it has expired: sigev_notify of sigevent(3type).</summary>
public enum TimerNotify
{
    /// <summary>SIGEV_SIGNAL.</summary>
    Signal = 0,

    /// <summary>SIGEV_NONE.</summary>
    None = 1,

    /// <summary>SIGEV_THREAD, which the kernel treats as SIGEV_SIGNAL.</summary>
    Thread = 2,
}

/// <summary>A timer of timer_create(2), as /proc/PID/timers has it; see proc_pid_timers(5) and show_timer in fs/proc/base.c.</summary>
/// <param name="Id">The id that the kernel gave it.</param>
/// <param name="Signal">The signal that it sends: sigev_signo.</param>
/// <param name="Value">What goes with the signal: sigev_value.</param>
/// <param name="Notify">Whether it sends a signal at all.</param>
/// <param name="IsThread">True for SIGEV_THREAD_ID, where the signal goes to one task.</param>
/// <param name="Target">The task (<paramref name="IsThread"/>) or thread group that gets the signal; 0 when it is gone.</param>
/// <param name="Clock">The clock: one of the CLOCK_ constants of clock_gettime(2), or a negative number for a task's or process's own.</param>
public sealed record PosixTimer(int Id, int Signal, ulong Value, TimerNotify Notify, bool IsThread, int Target, int Clock)
{
    /// <summary>Reads the text: the timers as the kernel lists them, the youngest first.</summary>
    /// <exception cref="ProcFormatException">The text is not what proc(5) says.</exception>
    public static IReadOnlyList<PosixTimer> Parse(ReadOnlySpan<byte> text)
    {
        List<PosixTimer> timers = [];
        for (var cursor = new TextCursor("timers", text); !cursor.AtEnd;)
        {
            cursor.Expect("ID: "u8, "ID");
            var id = (int)cursor.Signed("an id");
            cursor.Expect("\nsignal: "u8, "signal");
            var signal = (int)cursor.Signed("a signal");
            cursor.Expect("/"u8, "a slash");
            var value = cursor.Hex("a value");
            cursor.Expect("\nnotify: "u8, "notify");
            var notify = NotifyOf(ref cursor);
            var isThread = cursor.StartsWith("/tid."u8);
            cursor.Expect(isThread ? "/tid."u8 : "/pid."u8, "tid or pid");
            var target = (int)cursor.Signed("a target");
            cursor.Expect("\nClockID: "u8, "ClockID");
            var clock = (int)cursor.Signed("a clock");
            cursor.Expect("\n"u8, "the end of a line");
            timers.Add(new PosixTimer(id, signal, value, notify, isThread, target, clock));
        }

        return timers;
    }

    private static TimerNotify NotifyOf(ref TextCursor cursor)
    {
        var notify = cursor.StartsWith("signal"u8) ? TimerNotify.Signal : cursor.StartsWith("none"u8) ? TimerNotify.None : TimerNotify.Thread;
        var word = notify switch { TimerNotify.Signal => "signal"u8, TimerNotify.None => "none"u8, _ => "thread"u8 };
        cursor.Expect(word, "signal, none or thread");
        return notify;
    }
}
