namespace CrStream.Linux.Proc;

/// <summary>
/// /proc/PID/stat, see proc_pid_stat(5) and fs/proc/array.c. Sizes are in bytes unless said otherwise, times in clock
/// ticks (sysconf(_SC_CLK_TCK)); the addresses are 0 for a reader without PTRACE_MODE_READ.
/// </summary>
public sealed record ProcStat
{
    /// <summary>The task's id; for /proc/PID/stat the thread group's.</summary>
    public required int Pid { get; init; }

    /// <summary>The name (comm), up to 15 bytes of any value but 0.</summary>
    public required KernelText Comm { get; init; }

    /// <summary>R running, S sleeping, D uninterruptible, T stopped, t stopped by a tracer, Z zombie, X dead, I idle, P parked.</summary>
    public required char State { get; init; }

    /// <summary>The parent's thread group.</summary>
    public required int ParentPid { get; init; }

    /// <summary>The process group.</summary>
    public required int ProcessGroup { get; init; }

    /// <summary>The session.</summary>
    public required int Session { get; init; }

    /// <summary>The controlling terminal's device number; 0 for none.</summary>
    public required int Terminal { get; init; }

    /// <summary>The foreground process group of the controlling terminal; -1 for none.</summary>
    public required int TerminalForegroundGroup { get; init; }

    /// <summary>The kernel's PF_ flags of the task (include/linux/sched.h).</summary>
    public required uint Flags { get; init; }

    /// <summary>Time in user mode.</summary>
    public required ulong UserTime { get; init; }

    /// <summary>Time in kernel mode.</summary>
    public required ulong SystemTime { get; init; }

    /// <summary>The nice value, -20 to 19.</summary>
    public required int Nice { get; init; }

    /// <summary>How many threads the thread group has.</summary>
    public required int Threads { get; init; }

    /// <summary>When the task started, in clock ticks since boot. With the pid it tells a task from a later one of the same pid.</summary>
    public required ulong StartTime { get; init; }

    /// <summary>Size of the address space.</summary>
    public required ulong VirtualSize { get; init; }

    /// <summary>mm->start_code and mm->end_code.</summary>
    public required (ulong Start, ulong End) Code { get; init; }

    /// <summary>mm->start_stack.</summary>
    public required ulong StackStart { get; init; }

    /// <summary>The signal that the parent gets when the task ends.</summary>
    public required int ExitSignal { get; init; }

    /// <summary>The processor that the task ran on last.</summary>
    public required int Processor { get; init; }

    /// <summary>The real-time priority, 1 to 99; 0 for none.</summary>
    public required uint RealTimePriority { get; init; }

    /// <summary>The scheduling policy: one of the SCHED_ constants of sched(7).</summary>
    public required uint Policy { get; init; }

    /// <summary>mm->start_data and mm->end_data.</summary>
    public required (ulong Start, ulong End) Data { get; init; }

    /// <summary>mm->start_brk.</summary>
    public required ulong BreakStart { get; init; }

    /// <summary>mm->arg_start and mm->arg_end.</summary>
    public required (ulong Start, ulong End) Arguments { get; init; }

    /// <summary>mm->env_start and mm->env_end.</summary>
    public required (ulong Start, ulong End) Environment { get; init; }

    /// <summary>The exit status of a zombie, in the form of waitpid(2).</summary>
    public required int ExitCode { get; init; }

    /// <summary>Reads the text. The name may have blanks, newlines and parentheses, so it ends at the last <c>)</c>.</summary>
    /// <exception cref="ProcFormatException">The text is not what proc(5) says.</exception>
    public static ProcStat Parse(ReadOnlySpan<byte> text)
    {
        var start = text.IndexOf((byte)'(');
        var end = text.LastIndexOf((byte)')');
        if (start < 0 || end < start)
        {
            throw new ProcFormatException("stat", "the name in parentheses", text);
        }

        var head = new TextCursor("stat", text);
        var pid = (int)head.Signed("the pid");

        // Numbered as in proc_pid_stat(5); 2 is the name. All values are kept as 64 bits, of either sign.
        Span<long> field = stackalloc long[53];
        var cursor = new TextCursor("stat", text[(end + 1)..]);
        var state = cursor.Letter("the state");
        for (var number = 4; number <= 52; number++)
        {
            cursor.SkipBlanks();
            field[number] = cursor.StartsWith("-"u8) ? cursor.Signed($"field {number}") : unchecked((long)cursor.Decimal($"field {number}"));
        }

        return new ProcStat
        {
            Pid = pid,
            Comm = new KernelText(text[(start + 1)..end]),
            State = state,
            ParentPid = (int)field[4],
            ProcessGroup = (int)field[5],
            Session = (int)field[6],
            Terminal = (int)field[7],
            TerminalForegroundGroup = (int)field[8],
            Flags = (uint)field[9],
            UserTime = (ulong)field[14],
            SystemTime = (ulong)field[15],
            Nice = (int)field[19],
            Threads = (int)field[20],
            StartTime = (ulong)field[22],
            VirtualSize = (ulong)field[23],
            Code = ((ulong)field[26], (ulong)field[27]),
            StackStart = (ulong)field[28],
            ExitSignal = (int)field[38],
            Processor = (int)field[39],
            RealTimePriority = (uint)field[40],
            Policy = (uint)field[41],
            Data = ((ulong)field[45], (ulong)field[46]),
            BreakStart = (ulong)field[47],
            Arguments = ((ulong)field[48], (ulong)field[49]),
            Environment = ((ulong)field[50], (ulong)field[51]),
            ExitCode = (int)field[52],
        };
    }
}
