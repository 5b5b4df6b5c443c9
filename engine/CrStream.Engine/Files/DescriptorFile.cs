using CrStream.Abstractions;
using CrStream.Linux.Proc;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Files;

/// <summary>An open file description as found behind a descriptor.</summary>
internal sealed class DescriptorFile(ITask task, int fd, KernelText link, FdInfo info, SafeFileHandle duplicate, IKernel kernel) : OpenFile, ILookedAtFile
{
    /// <inheritdoc/>
    public override int? Descriptor => fd;

    /// <inheritdoc/>
    public override string Where => $"fd {fd} of {task.Tid}";

    /// <inheritdoc/>
    public override ITask Task => task;

    /// <inheritdoc/>
    public override string Link { get; } = link.Text
        ?? throw new DeniedException($"fd {fd} of {task.Tid} ({link}) has a name that is not UTF-8", "rename the file");

    /// <inheritdoc/>
    public override string ProcPath => $"/proc/{task.Tid}/fd/{fd}";

    /// <inheritdoc/>
    public override FileStatus Status { get; } = kernel.Status(duplicate);

    /// <inheritdoc/>
    public override int Flags => info.StatusFlags;

    /// <inheritdoc/>
    public override long Position => info.Position;

    /// <inheritdoc/>
    public override bool IsMapping => false;

    /// <inheritdoc/>
    public override string FdInfo { get; } = string.Concat(info.Lines.Select(line => line + "\n"));

    /// <inheritdoc/>
    public int OwnDescriptor => (int)duplicate.DangerousGetHandle();

    /// <inheritdoc/>
    public override SafeFileHandle Duplicate() => kernel.Duplicate(duplicate);

    /// <inheritdoc/>
    public void Dispose() => duplicate.Dispose();
}
