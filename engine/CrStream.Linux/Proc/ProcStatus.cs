namespace CrStream.Linux.Proc;

/// <summary>A task's four user or group ids; see credentials(7).</summary>
/// <param name="Real">The real id.</param>
/// <param name="Effective">The effective id.</param>
/// <param name="Saved">The saved set-id.</param>
/// <param name="FileSystem">The id that file accesses are checked by.</param>
public readonly record struct TaskIds(uint Real, uint Effective, uint Saved, uint FileSystem);

/// <summary>
/// /proc/PID/status, see proc_pid_status(5) and fs/proc/array.c. Signal and capability sets have bit n-1 for signal n
/// and bit n for capability n. A value that the kernel leaves out is null.
/// </summary>
public sealed record ProcStatus
{
    /// <summary>The name (comm).</summary>
    public required KernelText Name { get; init; }

    /// <summary>The file mode creation mask; null for a task that has given up its file system state (a zombie).</summary>
    public required uint? Umask { get; init; }

    /// <summary>As <see cref="ProcStat.State"/>.</summary>
    public required char State { get; init; }

    /// <summary>The thread group's id.</summary>
    public required int Tgid { get; init; }

    /// <summary>The task's id.</summary>
    public required int Pid { get; init; }

    /// <summary>The parent's thread group.</summary>
    public required int PPid { get; init; }

    /// <summary>The tracer's id; 0 for none.</summary>
    public required int TracerPid { get; init; }

    /// <summary>The user ids.</summary>
    public required TaskIds Uid { get; init; }

    /// <summary>The group ids.</summary>
    public required TaskIds Gid { get; init; }

    /// <summary>The supplementary groups.</summary>
    public required IReadOnlyList<uint> Groups { get; init; }

    /// <summary>The task's id in each pid namespace that it is a member of, from the reader's inwards.</summary>
    public required IReadOnlyList<int> NSpid { get; init; }

    /// <summary>The thread group's id in each of these namespaces.</summary>
    public required IReadOnlyList<int> NStgid { get; init; }

    /// <summary>How many threads the thread group has.</summary>
    public required int Threads { get; init; }

    /// <summary>Signals pending for the task alone.</summary>
    public required ulong SigPnd { get; init; }

    /// <summary>Signals pending for the thread group.</summary>
    public required ulong ShdPnd { get; init; }

    /// <summary>Blocked signals.</summary>
    public required ulong SigBlk { get; init; }

    /// <summary>Ignored signals.</summary>
    public required ulong SigIgn { get; init; }

    /// <summary>Caught signals.</summary>
    public required ulong SigCgt { get; init; }

    /// <summary>Inheritable capabilities.</summary>
    public required ulong CapInh { get; init; }

    /// <summary>Permitted capabilities.</summary>
    public required ulong CapPrm { get; init; }

    /// <summary>Effective capabilities.</summary>
    public required ulong CapEff { get; init; }

    /// <summary>The capability bounding set.</summary>
    public required ulong CapBnd { get; init; }

    /// <summary>Ambient capabilities.</summary>
    public required ulong CapAmb { get; init; }

    /// <summary>PR_SET_NO_NEW_PRIVS.</summary>
    public required bool NoNewPrivs { get; init; }

    /// <summary>The seccomp mode: 0 off, 1 strict, 2 filter; null for a kernel without seccomp.</summary>
    public required int? Seccomp { get; init; }

    /// <summary>How many seccomp filters are installed; null for a kernel that does not say (before 5.9).</summary>
    public required int? SeccompFilters { get; init; }

    /// <summary>False after PR_SET_THP_DISABLE; null for a task without an address space.</summary>
    public required bool? ThpEnabled { get; init; }

    /// <summary>True while the task writes a core dump.</summary>
    public required bool CoreDumping { get; init; }

    /// <summary>What is locked in memory, in bytes; 0 for a task without an address space.</summary>
    public required ulong VmLck { get; init; }

    /// <summary>What is in memory and belongs to no file, in bytes, as a counter that may lag behind by some pages; 0 for a task without an address space.</summary>
    public required ulong RssAnon { get; init; }

    /// <summary>What is in the swap space, in bytes; 0 for a task without an address space.</summary>
    public required ulong VmSwap { get; init; }

    /// <summary>Reads the text.</summary>
    /// <exception cref="ProcFormatException">The text is not what proc(5) says.</exception>
    public static ProcStatus Parse(ReadOnlySpan<byte> text)
    {
        var status = new StatusText(text);
        return new ProcStatus
        {
            Name = Unescape(status.Required("Name:"u8)),
            Umask = status.Find("Umask:"u8, out var umask) ? (uint)umask.Octal("the umask") : null,
            State = status.Required("State:"u8).Letter("the state"),
            Tgid = status.Int("Tgid:"u8),
            Pid = status.Int("Pid:"u8),
            PPid = status.Int("PPid:"u8),
            TracerPid = status.Int("TracerPid:"u8),
            Uid = status.Ids("Uid:"u8),
            Gid = status.Ids("Gid:"u8),
            Groups = [.. status.Numbers("Groups:"u8).Select(group => (uint)group)],
            NSpid = [.. status.Numbers("NSpid:"u8).Select(pid => (int)pid)],
            NStgid = [.. status.Numbers("NStgid:"u8).Select(pid => (int)pid)],
            Threads = status.Int("Threads:"u8),
            SigPnd = status.Mask("SigPnd:"u8),
            ShdPnd = status.Mask("ShdPnd:"u8),
            SigBlk = status.Mask("SigBlk:"u8),
            SigIgn = status.Mask("SigIgn:"u8),
            SigCgt = status.Mask("SigCgt:"u8),
            CapInh = status.Mask("CapInh:"u8),
            CapPrm = status.Mask("CapPrm:"u8),
            CapEff = status.Mask("CapEff:"u8),
            CapBnd = status.Mask("CapBnd:"u8),
            CapAmb = status.Mask("CapAmb:"u8),
            NoNewPrivs = status.Int("NoNewPrivs:"u8) != 0,
            Seccomp = status.OptionalInt("Seccomp:"u8),
            SeccompFilters = status.OptionalInt("Seccomp_filters:"u8),
            ThpEnabled = status.OptionalInt("THP_enabled:"u8) is { } enabled ? enabled != 0 : null,
            CoreDumping = status.OptionalInt("CoreDumping:"u8) is > 0,
            VmLck = status.Size("VmLck:"u8),
            RssAnon = status.Size("RssAnon:"u8),
            VmSwap = status.Size("VmSwap:"u8),
        };
    }

    /// <summary>The kernel writes a newline in the name as \n and a backslash as \\, and nothing else (proc_task_name).</summary>
    private static KernelText Unescape(TextCursor value)
    {
        Span<byte> name = stackalloc byte[value.Rest.Length];
        var length = 0;
        for (var i = 0; i < value.Rest.Length; i++)
        {
            var one = value.Rest[i];
            if (one == '\\' && i + 1 < value.Rest.Length)
            {
                one = value.Rest[++i] == 'n' ? (byte)'\n' : value.Rest[i];
            }

            name[length++] = one;
        }

        return new KernelText(name[..length]);
    }
}
