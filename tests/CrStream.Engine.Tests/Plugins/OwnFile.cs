using System.Globalization;
using CrStream.Abstractions;
using CrStream.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Tests.Plugins;

/// <summary>A file of this very process, as a handler sees one of a frozen task.</summary>
internal sealed class OwnFile(SafeFileHandle file, string? mapping = null) : OpenFile
{
    private const int F_DUPFD_CLOEXEC = 1030;
    private static readonly Kernel Kernel = new();

    public override string Where => $"fd {file.DangerousGetHandle()} of {Environment.ProcessId}";

    public override ITask Task => throw new NotSupportedException();

    public override string Link => Kernel.ReadLink(ProcPath);

    public override string ProcPath => mapping ?? Reopening.ProcPath(file);

    public override FileStatus Status => Kernel.Status(file);

    public override int Flags => (int)Kernel.Control(file, FileControl.F_GETFL) & ~FileFlags.O_CLOEXEC;

    public override long Position => Kernel.Seek(file, 0, 1);

    public override bool IsMapping => mapping is not null;

    public override string FdInfo => IsMapping ? "" : File.ReadAllText($"/proc/self/fdinfo/{file.DangerousGetHandle()}");

    public override SafeFileHandle Duplicate() => new((nint)Kernel.Control(file, F_DUPFD_CLOEXEC), ownsHandle: true);

    /// <summary>The position is not asked for where there is none.</summary>
    internal FileState State(long position = 0) => new(Flags, position);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Where} ({Link})");
}
