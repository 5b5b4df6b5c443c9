using System.Globalization;
using System.Runtime.InteropServices;
using CrStream.Abstractions;
using CrStream.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Linux.PidFds;

/// <summary>A descriptor that stands for one task and never for a later one of the same id; see pidfd_open(2).</summary>
public sealed class PidFd : IDisposable
{
    /// <summary>PIDFD_THREAD, from Linux 6.9: stands for a task rather than for a thread group.</summary>
    public const uint PIDFD_THREAD = 0x80;

    private readonly int pid;

    /// <summary>pidfd_open(2).</summary>
    /// <param name="pid">A thread group's id, or any task's with <see cref="PIDFD_THREAD"/>.</param>
    /// <param name="flags">PIDFD_ constants.</param>
    /// <exception cref="KernelException">ESRCH when the task is gone; EINVAL or ENOENT for a task that is no thread group's first.</exception>
    public PidFd(int pid, uint flags = 0)
    {
        this.pid = pid;
        var fd = RawSyscall.syscall(RawSyscall.SYS_pidfd_open, pid, (nint)flags);
        Handle = fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw Failure("pidfd_open", "task");
    }

    /// <summary>The descriptor; readable for poll(2) when the task has ended.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>
    /// pidfd_getfd(2): a descriptor of this process, close-on-exec, on the open file description that a descriptor of
    /// the task leads to. Offset and flags are shared with the task.
    /// </summary>
    /// <exception cref="KernelException">EBADF no such descriptor; ESRCH the task is gone; EPERM without PTRACE_MODE_ATTACH.</exception>
    public SafeFileHandle GetFile(int fd)
    {
        var copy = RawSyscall.syscall(RawSyscall.SYS_pidfd_getfd, Handle, fd);
        return copy >= 0
            ? new SafeFileHandle(copy, ownsHandle: true)
            : throw Failure("pidfd_getfd", string.Create(CultureInfo.InvariantCulture, $"fd {fd} of"));
    }

    /// <summary>pidfd_send_signal(2), as kill(2) sends it; 0 only asks whether the task is there.</summary>
    /// <exception cref="KernelException">ESRCH the task is gone; EPERM not allowed.</exception>
    public void SendSignal(int signal)
    {
        if (RawSyscall.syscall(RawSyscall.SYS_pidfd_send_signal, Handle, signal) < 0)
        {
            throw Failure("pidfd_send_signal", string.Create(CultureInfo.InvariantCulture, $"signal {signal} to"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private KernelException Failure(string call, string about)
        => new(call, Marshal.GetLastPInvokeError(), string.Create(CultureInfo.InvariantCulture, $"{about} {pid}"));
}
