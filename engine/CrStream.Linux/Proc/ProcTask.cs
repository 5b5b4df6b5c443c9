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

    private static List<int> Numbers(string directory)
        => [.. ProcFs.List(directory).Select(name => int.Parse(name, CultureInfo.InvariantCulture))];
}
