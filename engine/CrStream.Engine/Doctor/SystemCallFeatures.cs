namespace CrStream.Engine;

/// <summary>The system calls that the kernel was built with, by the names of their entry points.</summary>
internal static class SystemCallFeatures
{
    private const string Symbols = "/proc/kallsyms";

    private static readonly (string Call, string Without)[] Calls =
    [
        ("kcmp", "descriptors that share an open file cannot be told from others"),
        ("clone3", "a process cannot get its own id back"),
        ("process_vm_readv", "memory is read through /proc/PID/mem, which is slower"),
        ("pidfd_getfd", "restored kernel objects cannot be handed to the tasks"),
        ("memfd_create", "the stub that becomes a restored process cannot be made"),
        ("rseq", "nothing where no process uses restartable sequences"),
        ("bpf", "the kernel's own reference counts cannot be read"),
    ];

    /// <summary>Asks for all of them.</summary>
    public static IEnumerable<Feature> Examine()
    {
        var known = EntryPoints();
        return Calls.Select(call => new Feature(
            $"system call {call.Call}",
            known.Contains(call.Call),
            known.Contains(call.Call) ? "there" : known.Count == 0 ? $"{Symbols} cannot be read" : "not in this kernel",
            call.Without));
    }

    /// <summary>Lines of /proc/kallsyms such as "ffffffff81417100 T __x64_sys_kcmp".</summary>
    private static HashSet<string> EntryPoints()
    {
        const string Prefix = "__x64_sys_";
        try
        {
            return File.ReadLines(Symbols)
                .Select(line => line.IndexOf(Prefix, StringComparison.Ordinal) is >= 0 and var start ? line[(start + Prefix.Length)..].Trim() : "")
                .Where(name => name.Length > 0)
                .ToHashSet();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
