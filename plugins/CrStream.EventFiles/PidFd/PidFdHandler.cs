using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.PidFd;

/// <summary>
/// Carries pidfd_open(2) of processes inside the tree, zombies too: by the process's id, which the restored one has again.
/// The number of its inode is another one afterwards.
/// </summary>
public sealed class PidFdHandler : IFileHandler
{
    private const int O_EXCL_PIDFD_THREAD = FileFlags.O_EXCL;
    private static readonly ObjectType Type = new("org.crstream.pidfd");

    /// <inheritdoc/>
    public string Name => "pidfd";

    /// <inheritdoc/>
    public string Claim => "files that stand for processes of the tree (pidfd)";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) => file.Link == "anon_inode:[pidfd]";

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var pid = (int)FdInfoText.Require(file.FdInfo, "Pid", FdInfoText.Decimal);
        if (pid <= 0)
        {
            throw Denied(file, "the process that it stands for has ended and been waited for", "let the program close it");
        }

        if (!context.IsInside(pid))
        {
            throw Denied(file, $"it stands for process {pid}, which is outside the tree", "let the program close it, or checkpoint the tree that holds both");
        }

        if ((file.Flags & O_EXCL_PIDFD_THREAD) != 0 && !IsProcess(context.Kernel, pid))
        {
            throw Denied(file, $"it stands for thread {pid} (PIDFD_THREAD), and only processes can be named yet", "let the program close it");
        }

        return new NamelessFile(Type, $"the pidfd at {file.Where}", () => new() { ["pid"] = pid });
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context) =>
        new RestoredPidFd(fields.Int32("pid") is > 0 and var pid ? pid : throw new FieldException("pid", "is not above zero"));

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) => context.Kernel.Create(
        SystemCall.pidfd_open, ((RestoredPidFd)behind).Pid, state.Flags & (FileFlags.O_NONBLOCK | O_EXCL_PIDFD_THREAD));

    private static bool IsProcess(IKernel kernel, int pid) =>
        FdInfoText.Require(FdInfoText.Read(kernel, $"/proc/{pid}/status"), "Tgid", FdInfoText.Decimal) == pid;

    private static DeniedException Denied(OpenFile file, string why, string hint) => new($"{file.Where} ({file.Link}) cannot be carried: {why}", hint);
}
