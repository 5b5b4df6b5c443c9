using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Files;

/// <summary>A task without descriptors that can borrow those of this process.</summary>
internal sealed class NewTask(ITask task) : INewTask
{
    /// <inheritdoc/>
    public int Pid => task.Pid;

    /// <inheritdoc/>
    public int Tid => task.Tid;

    /// <inheritdoc/>
    public SyscallOutcome Run(SyscallProgram program) => task.Run(program);

    /// <inheritdoc/>
    public SyscallResult Borrow(SyscallProgram program, SafeFileHandle file, int least = 0)
    {
        var own = MoveUp(program, program.Call(SystemCall.pidfd_open, System.Environment.ProcessId, 0), least);
        var borrowed = MoveUp(program, program.Call(SystemCall.pidfd_getfd, own, file.Number(), 0), least);
        program.Call(SystemCall.close, own);
        return borrowed;
    }

    private static SyscallResult MoveUp(SyscallProgram program, SyscallResult descriptor, int least)
    {
        if (least == 0)
        {
            return descriptor;
        }

        var moved = program.Call(SystemCall.fcntl, descriptor, FileControl.F_DUPFD_CLOEXEC, least);
        program.Call(SystemCall.close, descriptor);
        return moved;
    }
}
