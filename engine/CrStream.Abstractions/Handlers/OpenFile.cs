using Microsoft.Win32.SafeHandles;

namespace CrStream.Abstractions;

/// <summary>
/// An open file description (<c>struct file</c>) of the frozen tasks: what a handler looks at to decide whether it
/// claims the file, and what it reads to carry it. Several descriptors may lead to it; the handler sees it once.
/// </summary>
public abstract class OpenFile
{
    /// <summary>How errors name the file, such as <c>fd 5 of 4711</c> or <c>the mapping at 0x7f0012345000 of 4711</c>.</summary>
    public abstract string Where { get; }

    /// <summary>A task that holds the file, frozen, inside which a handler may act.</summary>
    public abstract ITask Task { get; }

    /// <summary>A descriptor in <see cref="Task"/> that leads to the file; null for a mapping.</summary>
    public virtual int? Descriptor => null;

    /// <summary>What /proc/PID/fd/N or /proc/PID/map_files/RANGE says that it is: a path, or such as <c>pipe:[4711]</c>; see proc(5).</summary>
    public abstract string Link { get; }

    /// <summary>A path that leads to the same file whatever has become of its name: /proc/PID/fd/N or /proc/PID/map_files/RANGE.</summary>
    public abstract string ProcPath { get; }

    /// <summary>The inode behind the file.</summary>
    public abstract FileStatus Status { get; }

    /// <summary>The access mode and file status flags (<c>F_GETFL</c>), without <c>O_CLOEXEC</c>.</summary>
    public abstract int Flags { get; }

    /// <summary>The file offset, in bytes.</summary>
    public abstract long Position { get; }

    /// <summary>True when the file was found behind a mapping, not behind a descriptor.</summary>
    public abstract bool IsMapping { get; }

    /// <summary>The text of /proc/PID/fdinfo/N, whose last lines depend on the kind of file; empty for a mapping.</summary>
    public abstract string FdInfo { get; }

    /// <summary>
    /// The file description itself, as a descriptor of this process made by pidfd_getfd(2): it shares offset and flags
    /// with the tasks' own, so move neither. For a mapping, a description of its own on the same inode.
    /// The caller disposes of it.
    /// </summary>
    public abstract SafeFileHandle Duplicate();
}
