using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.TimerFd;

/// <summary>
/// A new timer file. It begins to run when all tasks exist, so that the time of the restore does not count; one that does
/// not run has its ticks at once, before anybody watches it.
/// </summary>
internal sealed class RestoredTimerFd : RestoredNamelessFile
{
    // _IOW('T', 0, u64) of include/uapi/linux/timerfd.h. Setting a timer forgets its ticks, so they come behind.
    private const ulong TFD_IOC_SET_TICKS = 0x40085400;
    private const long Second = 1_000_000_000;

    private readonly TimerFdRecord record;
    private readonly IKernel kernel;

    internal RestoredTimerFd(TimerFdRecord record, IKernel kernel)
        : base("a timer", Make(record, kernel))
    {
        this.record = record;
        this.kernel = kernel;
        if (record.Expires is null)
        {
            Set();
        }
    }

    public override ValueTask CompleteAsync(CancellationToken cancellation)
    {
        if (record.Expires is not null)
        {
            Set();
        }

        return ValueTask.CompletedTask;
    }

    private static SafeFileHandle Make(TimerFdRecord record, IKernel kernel)
    {
        try
        {
            return kernel.Create(SystemCall.timerfd_create, record.Clock, FileFlags.O_CLOEXEC);
        }
        catch (KernelException failed)
        {
            throw new RestoreException(
                $"a timer on clock {record.Clock} cannot be made: {ErrorNumber.Describe(failed.Error)}",
                failed.Error == ErrorNumber.EPERM ? "alarm clocks need CAP_WAKE_ALARM" : null, failed);
        }
    }

    private void Set()
    {
        var program = new SyscallProgram();
        var value = record.Expires ?? 0;
        var setting = program.Store64(
            (ulong)(record.Interval / Second), (ulong)(record.Interval % Second), (ulong)(value / Second), (ulong)(value % Second));
        program.Call(SystemCall.timerfd_settime, File.Number(), record.Flags, setting, 0);
        if (record.Ticks > 0)
        {
            program.Call(SystemCall.ioctl, File.Number(), TFD_IOC_SET_TICKS, program.Store64(record.Ticks));
        }

        kernel.Run(program);
    }
}
