using System.Globalization;

namespace CrStream.Engine;

/// <summary>What the caller may do: capabilities(7), ptrace(2) and its Yama limits, the extra rights of BPF.</summary>
internal static class PrivilegeFeatures
{
    private const string Status = "/proc/self/status";
    private const string PtraceScope = "/proc/sys/kernel/yama/ptrace_scope";

    /// <summary>The capabilities of include/uapi/linux/capability.h that matter, each with what is lost without it.</summary>
    private static readonly (int Number, string Name, string Without)[] Capabilities =
    [
        (19, "CAP_SYS_PTRACE", "only processes of the same user can be frozen"),
        (21, "CAP_SYS_ADMIN", "mappings of deleted or covered files cannot be opened, process ids are set only with CAP_CHECKPOINT_RESTORE, and memory that relatives share copy-on-write is written and restored once for each"),
        (40, "CAP_CHECKPOINT_RESTORE", "without CAP_SYS_ADMIN either, a process cannot get its own id back"),
        (24, "CAP_SYS_RESOURCE", "hard limits of a restored process are not raised above those of the command"),
        (6, "CAP_SETGID", "only processes with the command's own groups can be restored"),
        (7, "CAP_SETUID", "only processes with the command's own user can be restored"),
        (23, "CAP_SYS_NICE", "real-time policies and raised priorities cannot be restored"),
        (14, "CAP_IPC_LOCK", "locked memory beyond RLIMIT_MEMLOCK cannot be restored"),
    ];

    /// <summary>Asks for all of them.</summary>
    public static IEnumerable<Feature> Examine()
    {
        var effective = Effective(File.ReadLines(Status));
        foreach (var (number, name, without) in Capabilities)
        {
            var held = (effective >> number & 1) != 0;
            yield return new(name, held, held ? "held" : "not held", without);
        }

        yield return Ptrace(effective);
        yield return MapFiles();
    }

    /// <summary>The effective capabilities out of the lines of /proc/PID/status (proc_pid_status(5)).</summary>
    internal static ulong Effective(IEnumerable<string> status)
    {
        var line = status.FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        return line is null ? 0 : ulong.Parse(line.AsSpan("CapEff:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private static Feature Ptrace(ulong effective)
    {
        var scope = File.Exists(PtraceScope) ? File.ReadAllText(PtraceScope).Trim() : "0";
        var privileged = (effective >> 19 & 1) != 0;
        return new(
            "attach by ptrace",
            scope == "0" || (privileged && scope != "3"),
            File.Exists(PtraceScope) ? $"kernel.yama.ptrace_scope is {scope}" : "not limited by Yama",
            "no process can be frozen but the command's own children");
    }

    /// <summary>Following a link there needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE (fs/proc/base.c, proc_map_files_get_link).</summary>
    private static Feature MapFiles()
    {
        bool allowed;
        try
        {
            var link = Directory.EnumerateFiles("/proc/self/map_files").FirstOrDefault();
            allowed = link is not null && File.Exists(link);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            allowed = false;
        }

        return new("/proc/PID/map_files", allowed, allowed ? "can be opened" : "cannot be opened", "mapped files are found by their paths only, and deleted ones are denied");
    }
}
