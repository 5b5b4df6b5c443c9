using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.EventFiles.Fanotify;

/// <summary>A new fanotify group. It is told of events when all else is done, so that it hears nothing of the restore.</summary>
internal sealed class RestoredFanotify(uint flags, uint eventFlags, IReadOnlyList<RestoredMark> marks, IKernel kernel)
    : RestoredNamelessFile("a fanotify group", Make(flags, eventFlags, kernel))
{
    private const uint FAN_CLOEXEC = 1;
    private const uint FAN_MARK_ADD = 1;
    private const uint FAN_MARK_IGNORED_MASK = 0x20;
    private const uint FAN_MARK_IGNORED_SURV_MODIFY = 0x40;
    private const uint FAN_MARK_EVICTABLE = 0x200;
    private const uint FAN_MARK_IGNORE = 0x400;
    private const int AT_FDCWD = -100;

    public override ValueTask CompleteAsync(CancellationToken cancellation)
    {
        foreach (var mark in marks)
        {
            if (mark.Mask != 0)
            {
                Add(mark, mark.Flags & FAN_MARK_EVICTABLE, mark.Mask);
            }

            if (mark.IgnoredMask != 0)
            {
                var ignore = (mark.Flags & FAN_MARK_IGNORE) != 0 ? FAN_MARK_IGNORE : FAN_MARK_IGNORED_MASK;
                Add(mark, ignore | (mark.Flags & (FAN_MARK_IGNORED_SURV_MODIFY | FAN_MARK_EVICTABLE)), mark.IgnoredMask);
            }
        }

        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var mark in marks)
        {
            mark.Target.Dispose();
        }

        base.Dispose(disposing);
    }

    private static SafeFileHandle Make(uint flags, uint eventFlags, IKernel kernel)
    {
        try
        {
            return kernel.Create(SystemCall.fanotify_init, flags | FAN_CLOEXEC, eventFlags);
        }
        catch (KernelException failed)
        {
            throw new RestoreException($"a fanotify group with flags 0x{flags:x} cannot be made: {ErrorNumber.Describe(failed.Error)}", "this needs CAP_SYS_ADMIN", failed);
        }
    }

    private void Add(RestoredMark mark, uint flags, ulong mask)
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.fanotify_mark, File.Number(), FAN_MARK_ADD | (uint)mark.Kind | flags, mask, AT_FDCWD, program.Store(mark.Target.Path));
        kernel.Run(program);
    }
}
