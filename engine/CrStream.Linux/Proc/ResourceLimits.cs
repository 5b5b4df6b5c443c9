namespace CrStream.Linux.Proc;

/// <summary>The resources of getrlimit(2), with the numbers of include/uapi/asm-generic/resource.h.</summary>
public enum Resource
{
#pragma warning disable CS1591 // Each member is the constant of that name.
    RLIMIT_CPU = 0,
    RLIMIT_FSIZE = 1,
    RLIMIT_DATA = 2,
    RLIMIT_STACK = 3,
    RLIMIT_CORE = 4,
    RLIMIT_RSS = 5,
    RLIMIT_NPROC = 6,
    RLIMIT_NOFILE = 7,
    RLIMIT_MEMLOCK = 8,
    RLIMIT_AS = 9,
    RLIMIT_LOCKS = 10,
    RLIMIT_SIGPENDING = 11,
    RLIMIT_MSGQUEUE = 12,
    RLIMIT_NICE = 13,
    RLIMIT_RTPRIO = 14,
    RLIMIT_RTTIME = 15,
#pragma warning restore CS1591
}

/// <summary>A soft and a hard limit, in the resource's own unit; see getrlimit(2).</summary>
/// <param name="Soft">What is enforced.</param>
/// <param name="Hard">What the soft limit may be raised to.</param>
public readonly record struct ResourceLimit(ulong Soft, ulong Hard)
{
    /// <summary>RLIM_INFINITY: no limit.</summary>
    public const ulong Unlimited = ulong.MaxValue;
}

/// <summary>/proc/PID/limits; see proc_pid_limits(5) and proc_pid_limits in fs/proc/base.c.</summary>
public static class ResourceLimits
{
    private static readonly (string Name, Resource Resource)[] Names =
    [
        ("Max cpu time", Resource.RLIMIT_CPU),
        ("Max file size", Resource.RLIMIT_FSIZE),
        ("Max data size", Resource.RLIMIT_DATA),
        ("Max stack size", Resource.RLIMIT_STACK),
        ("Max core file size", Resource.RLIMIT_CORE),
        ("Max resident set", Resource.RLIMIT_RSS),
        ("Max processes", Resource.RLIMIT_NPROC),
        ("Max open files", Resource.RLIMIT_NOFILE),
        ("Max locked memory", Resource.RLIMIT_MEMLOCK),
        ("Max address space", Resource.RLIMIT_AS),
        ("Max file locks", Resource.RLIMIT_LOCKS),
        ("Max pending signals", Resource.RLIMIT_SIGPENDING),
        ("Max msgqueue size", Resource.RLIMIT_MSGQUEUE),
        ("Max nice priority", Resource.RLIMIT_NICE),
        ("Max realtime priority", Resource.RLIMIT_RTPRIO),
        ("Max realtime timeout", Resource.RLIMIT_RTTIME),
    ];

    /// <summary>Reads the text.</summary>
    /// <exception cref="ProcFormatException">The text is not what proc(5) says, or has a resource that is not known.</exception>
    public static IReadOnlyDictionary<Resource, ResourceLimit> Parse(ReadOnlySpan<byte> text)
    {
        Dictionary<Resource, ResourceLimit> limits = [];
        var lines = new TextCursor("limits", text);
        lines.NextLine(out _);
        while (lines.NextLine(out var line))
        {
            var (name, resource) = Find(line);
            var values = new TextCursor("limits", line[name.Length..]);
            limits[resource] = new ResourceLimit(Value(ref values), Value(ref values));
        }

        return limits;
    }

    /// <summary>The resource whose name, of words and single blanks, begins the line.</summary>
    private static (string Name, Resource Resource) Find(ReadOnlySpan<byte> line)
    {
        foreach (var known in Names)
        {
            if (line.Length > known.Name.Length && line[known.Name.Length] == ' ' && System.Text.Ascii.Equals(line[..known.Name.Length], known.Name))
            {
                return known;
            }
        }

        throw new ProcFormatException("limits", "a known resource", line);
    }

    private static ulong Value(ref TextCursor values)
    {
        values.SkipBlanks();
        if (!values.StartsWith("unlimited"u8))
        {
            return values.Decimal("a limit");
        }

        values.Word();
        return ResourceLimit.Unlimited;
    }
}
