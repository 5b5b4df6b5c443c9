using System.Globalization;

namespace CrStream.Linux.Proc;

/// <summary>
/// The files of one task: of /proc/PID/task/TID, so that they can be read through any thread that is alive, also when
/// the first one has ended. Each call reads the file anew. Errors are as <see cref="ProcFs"/> says: ESRCH where the task is gone.
/// </summary>
/// <param name="pid">The thread group's id.</param>
/// <param name="tid">The task's id.</param>
public sealed class ProcTask(int pid, int tid)
{
    /// <summary>The first task of a thread group.</summary>
    public ProcTask(int pid)
        : this(pid, pid)
    {
    }

    /// <summary>The thread group's id.</summary>
    public int Pid { get; } = pid;

    /// <summary>The task's id.</summary>
    public int Tid { get; } = tid;

    /// <summary>/proc/PID/task/TID.</summary>
    public string Directory { get; } = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/task/{tid}");

    /// <summary>stat.</summary>
    public ProcStat Stat() => ProcFs.Read($"{Directory}/stat", ProcStat.Parse);

    /// <summary>status.</summary>
    public ProcStatus Status() => ProcFs.Read($"{Directory}/status", ProcStatus.Parse);

    /// <summary>maps. Empty for a task without an address space (a zombie, a kernel thread).</summary>
    public IReadOnlyList<Mapping> Maps() => ProcFs.Read($"{Directory}/maps", MapsText.Parse);

    /// <summary>smaps, which costs a walk over all page tables. Empty for a task without an address space.</summary>
    public IReadOnlyList<DetailedMapping> Smaps() => ProcFs.Read($"{Directory}/smaps", SmapsText.Parse);

    /// <summary>fdinfo/N.</summary>
    public FdInfo FdInfo(int fd) => ProcFs.Read($"{Directory}/fdinfo/{fd}", Proc.FdInfo.Parse);

    /// <summary>The ids of all tasks of the thread group that are listed now, in the order of their birth.</summary>
    public IReadOnlyList<int> Tids() => Numbers($"/proc/{Pid}/task");

    /// <summary>The open descriptors, in rising order.</summary>
    public IReadOnlyList<int> Fds() => Numbers($"{Directory}/fd");

    /// <summary>Where fd/N leads: a path, or such as <c>pipe:[4711]</c>.</summary>
    public KernelText FdLink(int fd) => ProcFs.ReadLink(FdPath(fd));

    /// <summary>/proc/PID/task/TID/fd/N, which opens the same inode whatever has become of its name.</summary>
    public string FdPath(int fd) => $"{Directory}/fd/{fd}";

    /// <summary>limits.</summary>
    public IReadOnlyDictionary<Resource, ResourceLimit> Limits() => ProcFs.Read($"{Directory}/limits", ResourceLimits.Parse);

    /// <summary>timers of the thread group. It stands under /proc/TID only.</summary>
    public IReadOnlyList<PosixTimer> Timers() => ProcFs.Read($"/proc/{Tid}/timers", PosixTimer.Parse);

    /// <summary>auxv. Empty for a task without an address space.</summary>
    public IReadOnlyList<AuxiliaryEntry> AuxiliaryVector() => ProcFs.Read($"{Directory}/auxv", Proc.AuxiliaryVector.Parse);

    /// <summary>syscall.</summary>
    public TaskSystemCall SystemCall() => ProcFs.Read($"{Directory}/syscall", TaskSystemCall.Parse);

    /// <summary>wchan: the kernel function that the task sleeps in; empty while it does not, or where the reader may not know.</summary>
    public string WaitChannel() => ProcFs.Read($"{Directory}/wchan", static text => text.SequenceEqual("0"u8) ? string.Empty : new KernelText(text).ToString());

    /// <summary>personality: the execution domain and flags of personality(2).</summary>
    public uint Personality() => ProcFs.Read($"{Directory}/personality", static text => (uint)new TextCursor("personality", text).Hex("a number"));

    /// <summary>The ids of the children that this very task has made or adopted; other threads have their own.</summary>
    public IReadOnlyList<int> Children() => ProcFs.Read($"{Directory}/children", ParseChildren);

    /// <summary>oom_score_adj, -1000 to 1000.</summary>
    public int OomScoreAdjustment() => ProcFs.Read($"{Directory}/oom_score_adj", static text => (int)new TextCursor("oom_score_adj", text).Signed("a number"));

    /// <summary>timerslack_ns, in nanoseconds. It stands under /proc/TID only.</summary>
    public ulong TimerSlack() => ProcFs.Read($"/proc/{Tid}/timerslack_ns", static text => new TextCursor("timerslack_ns", text).Decimal("a number"));

    /// <summary>coredump_filter of the address space (core(5)); null for a task without one. It stands under /proc/TID only.</summary>
    public uint? CoredumpFilter()
        => ProcFs.Read($"/proc/{Tid}/coredump_filter", static text => text.IsEmpty ? (uint?)null : (uint)new TextCursor("coredump_filter", text).Hex("a number"));

    /// <summary>comm: the name, as bytes.</summary>
    public KernelText Comm() => ProcFs.Read($"{Directory}/comm", static text => new KernelText(text is [.., (byte)'\n'] ? text[..^1] : text));

    /// <summary>cwd: the working directory.</summary>
    public KernelText WorkingDirectory() => ProcFs.ReadLink($"{Directory}/cwd");

    /// <summary>root: the root directory.</summary>
    public KernelText Root() => ProcFs.ReadLink($"{Directory}/root");

    /// <summary>exe: the program that was executed, with <c> (deleted)</c> behind it when its name is gone.</summary>
    public KernelText Executable() => ProcFs.ReadLink($"{Directory}/exe");

    /// <summary>
    /// /proc/PID/map_files/START-END of a mapping that has a file: it opens the very inode, and as a link it gives the
    /// exact path. Opening or following it needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE.
    /// </summary>
    public string MapFilePath(Mapping mapping) => $"/proc/{Tid}/map_files/{mapping.Start:x}-{mapping.End:x}";

    private static IReadOnlyList<int> ParseChildren(ReadOnlySpan<byte> text)
    {
        List<int> children = [];
        var cursor = new TextCursor("children", text);
        for (cursor.SkipBlanks(); !cursor.AtEnd; cursor.SkipBlanks())
        {
            children.Add((int)cursor.Decimal("a pid"));
        }

        return children;
    }

    private static List<int> Numbers(string directory)
        => [.. ProcFs.List(directory).Select(name => int.Parse(name, CultureInfo.InvariantCulture))];
}
