namespace CrStream.Cli;

/// <summary>Names of signals, as signal(7) has them for x86-64 and arm64.</summary>
internal static class SignalNames
{
    private const int SIGRTMIN = 32;

    private static readonly string[] Names =
    [
        "0", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>The name without SIG; realtime signals and what is none keep their number.</summary>
    public static string Of(ulong number) => number is > 0 and < SIGRTMIN ? Names[number] : $"{number}";

    /// <summary>Several in one line, each once, with how often it occurs where that is more than once.</summary>
    public static string Of(IEnumerable<ulong> numbers) => string.Join(
        ' ',
        numbers.GroupBy(number => number).OrderBy(group => group.Key).Select(group => Of(group.Key) + (group.Count() > 1 ? $"(×{group.Count()})" : "")));
}
