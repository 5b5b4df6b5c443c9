using CrStream.Abstractions;
using CrStream.Engine.Tree;
using CrStream.Linux.Processes;

namespace CrStream.Engine.Restore;

/// <summary>Chooses the pid namespace that a process's children come into; see setns(2) and unshare(2). On the tracer's thread.</summary>
internal static class PidNamespaceBuilder
{
    /// <summary>Makes a namespace the one for the children of a stub, where it is not already.</summary>
    /// <param name="process">The process, in that namespace or in one around it.</param>
    /// <param name="wanted">The namespace's init, which exists; or one of <see cref="TreeTask"/>'s constants.</param>
    public static void Choose(ProcessBuilder process, int wanted)
    {
        if (process.PidNamespaceForChildren != wanted)
        {
            Choose(process, process.Process.Leader, wanted);
            process.PidNamespaceForChildren = wanted;
        }
    }

    /// <summary>The same for one task of a process. No thread can be made any more by a task whose children come into another namespace than its own.</summary>
    public static void Choose(ProcessBuilder process, ITask task, int wanted)
    {
        var program = new SyscallProgram();
        if (wanted == TreeTask.EmptyNamespace)
        {
            program.Call(SystemCall.unshare, (long)CloneFlags.CLONE_NEWPID);
        }
        else
        {
            // A pidfd stands for the namespace of its process; that of the process itself for the one that it is in.
            var member = wanted == process.Self.PidNamespace ? process.Process.Leader.OwnPid : process.Seen(wanted);
            var pidFd = program.Call(SystemCall.pidfd_open, member, 0);
            program.Call(SystemCall.setns, pidFd, (long)CloneFlags.CLONE_NEWPID);
            program.Call(SystemCall.close, pidFd);
        }

        task.Run(program);
    }
}
