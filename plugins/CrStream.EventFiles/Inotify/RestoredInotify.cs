using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.Inotify;

/// <summary>A new inotify instance. It watches when all else is done, so that it hears nothing of the restore.</summary>
internal sealed class RestoredInotify(IReadOnlyList<RestoredWatch> watches, IKernel kernel) : RestoredNamelessFile("an inotify instance", Make(kernel))
{
    // _IOW('I', 0, s32) of include/uapi/linux/inotify.h: the number itself is the argument.
    private const ulong INOTIFY_IOC_SETNEXTWD = 0x40044900;

    public override ValueTask CompleteAsync(CancellationToken cancellation)
    {
        foreach (var watch in watches)
        {
            Add(watch);
        }

        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var watch in watches)
        {
            watch.Target.Dispose();
        }

        base.Dispose(disposing);
    }

    private static SafeFileHandle Make(IKernel kernel) => kernel.Create(SystemCall.inotify_init1, FileFlags.O_CLOEXEC);

    private void Add(RestoredWatch watch)
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.ioctl, File.Number(), INOTIFY_IOC_SETNEXTWD, watch.Number);
        var added = program.Try(SystemCall.inotify_add_watch, File.Number(), program.Store(watch.Target.Path), watch.Mask);
        var number = kernel.Run(program)[added];
        if (number != watch.Number)
        {
            throw new RestoreException(
                $"watch {watch.Number} of an inotify instance cannot be added again: {(number < 0 ? ErrorNumber.Describe((int)-number) : $"it became watch {number}")}",
                number == -ErrorNumber.ENOSPC ? "raise /proc/sys/fs/inotify/max_user_watches" : null);
        }
    }
}
