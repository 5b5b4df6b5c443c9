using CrStream.Abstractions;

namespace CrStream.Engine.References;

/// <summary>The kinds of object that can leak out of a tree, and the option <c>allow-leak</c> that takes one.</summary>
public static class LeakKind
{
    /// <summary>The option's name.</summary>
    public const string Option = "allow-leak";

    /// <summary>An address space.</summary>
    internal const string Mm = "mm";

    /// <summary>A descriptor table.</summary>
    internal const string Files = "files";

    /// <summary>Working directory, root and umask.</summary>
    internal const string Fs = "fs";

    /// <summary>Signal actions.</summary>
    internal const string SigHand = "sighand";

    /// <summary>An open file description of something with a name.</summary>
    internal const string File = "file";

    /// <summary>A pipe.</summary>
    internal const string Pipe = "pipe";

    /// <summary>A socket.</summary>
    internal const string Socket = "socket";

    /// <summary>A file without an inode of its own: an eventfd, a timerfd, an epoll instance and the like.</summary>
    internal const string AnonymousInode = "anon-inode";

    /// <summary>Shared memory without a name, System V segments included.</summary>
    internal const string SharedMemory = "shared-memory";

    /// <summary>A namespace.</summary>
    internal const string Namespace = "namespace";

    /// <summary>How the kernel calls files that are memory (mm/shmem.c, mm/memfd.c, ipc/shm.c).</summary>
    private static readonly string[] Memory = ["/memfd:", "/dev/zero", "/SYSV"];

    /// <summary>All kinds, each with what it is, for people.</summary>
    public static IReadOnlyList<(string Name, string What)> All { get; } =
    [
        (Mm, "an address space (CLONE_VM)"),
        (Files, "a descriptor table (CLONE_FILES)"),
        (Fs, "a working directory, root and umask (CLONE_FS)"),
        (SigHand, "signal actions (CLONE_SIGHAND)"),
        (File, "an open file description of a file with a name"),
        (Pipe, "a pipe or one of its ends"),
        (Socket, "a socket"),
        (AnonymousInode, "an eventfd, a timerfd, a pidfd and the like"),
        (SharedMemory, "shared memory without a name"),
        (Namespace, "a namespace"),
    ];

    /// <summary>The kinds that a user allows.</summary>
    /// <exception cref="UsageException">One is none.</exception>
    internal static IReadOnlySet<string> Allowed(ISettings settings)
    {
        var allowed = settings.All(Option).ToHashSet(StringComparer.Ordinal);
        return allowed.FirstOrDefault(kind => All.All(known => known.Name != kind)) is { } unknown
            ? throw new UsageException($"--{Option} {unknown} names no kind of leak", $"the kinds are {string.Join(", ", All.Select(known => known.Name))}")
            : allowed;
    }

    /// <summary>The kind of an object behind a file: a FIFO has a link like any file with a name.</summary>
    internal static string OfFile(string link, FileStatus status) => status.IsFifo ? Pipe : OfLink(link);

    /// <summary>The kind of an open file description, by its link in /proc/PID/fd.</summary>
    internal static string OfLink(string link) =>
        link.StartsWith("pipe:[", StringComparison.Ordinal) ? Pipe
        : link.StartsWith("socket:[", StringComparison.Ordinal) ? Socket
        : link.StartsWith("anon_inode:", StringComparison.Ordinal) || link.StartsWith("pidfd:", StringComparison.Ordinal) ? AnonymousInode
        : link.EndsWith(" (deleted)", StringComparison.Ordinal) && Array.Exists(Memory, name => link.StartsWith(name, StringComparison.Ordinal)) ? SharedMemory
        : File;
}
