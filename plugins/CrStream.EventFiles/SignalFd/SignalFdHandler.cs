using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.SignalFd;

/// <summary>Carries signalfd(2): the set of signals. The signals that it reads are pending ones of the reader, which the engine carries.</summary>
public sealed class SignalFdHandler : IFileHandler
{
    private const int SetLength = 8;
    private static readonly ObjectType Type = new("org.crstream.signalfd");

    /// <inheritdoc/>
    public string Name => "signalfd";

    /// <inheritdoc/>
    public string Claim => "files from which signals are read (signalfd)";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) => file.Link == "anon_inode:[signalfd]";

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var signals = FdInfoText.Require(file.FdInfo, "sigmask", FdInfoText.Hexadecimal);
        return new NamelessFile(Type, $"the signalfd at {file.Where}", () => new() { ["signals"] = signals });
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context)
    {
        var program = new SyscallProgram();
        var file = program.Call(SystemCall.signalfd4, -1, program.Store64(fields.UInt64("signals")), SetLength, FileFlags.O_CLOEXEC);
        return new RestoredNamelessFile("a signalfd", new((nint)context.Kernel.Run(program)[file], ownsHandle: true));
    }

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) => ((RestoredNamelessFile)behind).Take();
}
