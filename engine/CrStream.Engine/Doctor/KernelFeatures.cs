using CrStream.Linux.Processes;

namespace CrStream.Engine;

/// <summary>What the kernel was built with, as far as /proc and /sys tell.</summary>
internal static class KernelFeatures
{
    /// <summary>clone3 took set_tid in 5.5, and PTRACE_GET_RSEQ_CONFIGURATION came with 5.13; see clone(2) and ptrace(2).</summary>
    private static readonly Version Oldest = new(5, 13);

    /// <summary>Asks for all of them.</summary>
    public static IEnumerable<Feature> Examine()
    {
        var release = KernelRelease.Release;
        var version = Parse(release);
        yield return new("kernel 5.13 or later", version >= Oldest, release, "process ids cannot be set, and rseq areas cannot be found");

        // fs/proc/base.c: only with CONFIG_CHECKPOINT_RESTORE.
        yield return Present("CONFIG_CHECKPOINT_RESTORE", "/proc/self/timers", "POSIX timers and the addresses of a process cannot be carried");
        yield return Present("/proc/PID/pagemap", "/proc/self/pagemap", "untouched pages cannot be told from written ones");
        yield return Present("/proc/PID/task/TID/children", $"/proc/self/task/{System.Environment.ProcessId}/children", "child processes are found by a scan of /proc");
        yield return Present("userfaultfd", "/proc/sys/vm/unprivileged_userfaultfd", "nothing yet: no feature of this version needs it");
    }

    /// <summary>The numbers that a release begins with, such as 6.18 of "6.18.44-amd64".</summary>
    internal static Version Parse(string release)
    {
        var numbers = release.Split('.', '-', '+', '_');
        return numbers.Length >= 2 && int.TryParse(numbers[0], out var major) && int.TryParse(numbers[1], out var minor) ? new(major, minor) : new(0, 0);
    }

    private static Feature Present(string name, string path, string without)
    {
        var there = File.Exists(path);
        return new(name, there, there ? "there" : $"{path} is not there", without);
    }
}
