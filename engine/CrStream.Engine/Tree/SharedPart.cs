using CrStream.Linux.Kcmp;
using CrStream.Linux.Processes;

namespace CrStream.Engine.Tree;

/// <summary>A piece of a task that clone(2) lets it share with its maker.</summary>
/// <param name="Name">In the image.</param>
/// <param name="Flag">The flag that shares it.</param>
/// <param name="Comparison">How kcmp(2) compares it.</param>
/// <param name="What">How errors name it.</param>
/// <param name="CanBeUnshared">Whether unshare(2) gives a task its own. Else only execve(2) does.</param>
internal sealed record SharedPart(string Name, CloneFlags Flag, KcmpType Comparison, string What, bool CanBeUnshared)
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<SharedPart> All =
    [
        new("mm", CloneFlags.CLONE_VM, KcmpType.KCMP_VM, "address space", false),
        new("files", CloneFlags.CLONE_FILES, KcmpType.KCMP_FILES, "descriptor table", true),
        new("fs", CloneFlags.CLONE_FS, KcmpType.KCMP_FS, "working directory", true),
        new("sighand", CloneFlags.CLONE_SIGHAND, KcmpType.KCMP_SIGHAND, "signal actions", false),
        new("sysvsem", CloneFlags.CLONE_SYSVSEM, KcmpType.KCMP_SYSVSEM, "semaphore undo list", true),
        new("io", CloneFlags.CLONE_IO, KcmpType.KCMP_IO, "I/O context", false),
    ];

    /// <summary>What the threads of a process share, unless they were made in an unusual way.</summary>
    public bool IsSharedByThreads => Flag != CloneFlags.CLONE_IO;
}
