namespace CrStream.Abstractions;

/// <summary>A frozen task (a thread, in user space's words) inside which system calls can be run.</summary>
public interface ITask
{
    /// <summary>The thread group's id: what user space calls the process id.</summary>
    int Pid { get; }

    /// <summary>The task's own id: what user space calls the thread id.</summary>
    int Tid { get; }

    /// <summary>Runs the calls inside the task, with its credentials, address space and descriptors.</summary>
    /// <exception cref="KernelException">A call failed that was not appended with <see cref="SyscallProgram.Try"/>.</exception>
    SyscallOutcome Run(SyscallProgram program);
}
