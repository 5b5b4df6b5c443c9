using CrStream.Abstractions;
using CrStream.Linux.Proc;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Files;

/// <summary>The file behind a mapping, or the executable of a process.</summary>
internal sealed class MappedFile : OpenFile, ILookedAtFile
{
    private readonly IKernel kernel;
    private readonly SafeFileHandle opened;

    private MappedFile(ITask task, string where, string procPath, int flags, IKernel kernel)
    {
        this.kernel = kernel;
        Task = task;
        Where = where;
        ProcPath = procPath;
        Flags = flags;
        var link = ProcFs.ReadLink(procPath);
        Link = link.Text ?? throw new DeniedException($"{where} ({link}) has a name that is not UTF-8", "rename the file");
        opened = Open(kernel, where, Link, procPath, flags);
        Status = kernel.Status(opened);
    }

    /// <inheritdoc/>
    public override string Where { get; }

    /// <inheritdoc/>
    public override ITask Task { get; }

    /// <inheritdoc/>
    public override string Link { get; }

    /// <inheritdoc/>
    public override string ProcPath { get; }

    /// <inheritdoc/>
    public override FileStatus Status { get; }

    /// <inheritdoc/>
    public override int Flags { get; }

    /// <inheritdoc/>
    public override long Position => 0;

    /// <inheritdoc/>
    public override bool IsMapping => true;

    /// <inheritdoc/>
    public override string FdInfo => "";

    /// <summary>The file behind a mapping.</summary>
    /// <param name="task">Whose mapping.</param>
    /// <param name="start">The mapping's first address.</param>
    /// <param name="end">The address behind its last.</param>
    /// <param name="writable">Whether pages that are written go to the file.</param>
    /// <param name="kernel">Opens it.</param>
    public static MappedFile OfMapping(ITask task, ulong start, ulong end, bool writable, IKernel kernel) =>
        new(task, $"the mapping at 0x{start:x} of {task.Pid}", $"/proc/{task.Tid}/map_files/{start:x}-{end:x}", writable ? FileFlags.O_RDWR : FileFlags.O_RDONLY, kernel);

    /// <summary>The executable.</summary>
    public static MappedFile OfExecutable(ITask task, IKernel kernel) =>
        new(task, $"the executable of {task.Pid}", $"/proc/{task.Tid}/exe", FileFlags.O_RDONLY, kernel);

    private static SafeFileHandle Open(IKernel kernel, string where, string link, string procPath, int flags)
    {
        try
        {
            return kernel.Open(procPath, flags);
        }
        catch (KernelException failed) when (failed.Error == ErrorNumber.ENXIO)
        {
            // The kernel mapped it by itself: no open(2) leads to such a file.
            throw link.StartsWith("/[aio]", StringComparison.Ordinal)
                ? new DeniedException($"{where} is the ring of an AIO context (io_setup(2)), which cannot be carried yet", "let the program do without native AIO, or io_destroy(2) the context")
                : new DeniedException($"{where} ({link}) cannot be carried: it is a file that cannot be opened", "let the program unmap it");
        }
    }

    /// <inheritdoc/>
    public int OwnDescriptor => (int)opened.DangerousGetHandle();

    /// <inheritdoc/>
    public override SafeFileHandle Duplicate() => kernel.Duplicate(opened);

    /// <inheritdoc/>
    public void Dispose() => opened.Dispose();
}
