using CrStream.Abstractions;
using CrStream.Linux.Files;
using CrStream.Linux.PidFds;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Tests.PidFds;

public sealed class PidFdTests
{
    private static readonly int Own = Environment.ProcessId;

    [Fact]
    public unsafe void A_file_of_a_task_is_had_with_its_offset()
    {
        using var pidFd = new PidFd(Own);
        using var file = File.OpenHandle("/proc/self/status");
        var buffer = stackalloc byte[17];
        Assert.Equal(17, FileCalls.read(file, buffer, 17));

        using var copy = pidFd.GetFile((int)file.DangerousGetHandle());

        var info = new ProcTask(Own).FdInfo((int)copy.DangerousGetHandle());
        Assert.Equal(17, info.Position);
        Assert.True(info.IsCloseOnExec);
    }

    [Fact]
    public void Signal_zero_reaches_a_task_that_is_there()
    {
        using var pidFd = new PidFd(Own);

        pidFd.SendSignal(0);

        Assert.Equal(ErrorNumber.EINVAL, Assert.Throws<KernelException>(() => pidFd.SendSignal(1000)).Error);
    }

    [Fact]
    public void A_missing_task_and_a_missing_descriptor_are_told_apart()
    {
        using var pidFd = new PidFd(Own);

        Assert.Equal(ErrorNumber.EBADF, Assert.Throws<KernelException>(() => pidFd.GetFile(1 << 20)).Error);
        Assert.Equal(ErrorNumber.ESRCH, Assert.Throws<KernelException>(() => new PidFd(int.MaxValue)).Error);
    }

    [Fact]
    public void A_thread_needs_the_flag_for_it()
    {
        var thread = new ProcTask(Own).Tids()[^1];

        Assert.Throws<KernelException>(() => new PidFd(thread));
        using var pidFd = new PidFd(thread, PidFd.PIDFD_THREAD);
        Assert.False(pidFd.Handle.IsInvalid);
    }
}
