using Microsoft.Win32.SafeHandles;

namespace CrStream.Abstractions;

/// <summary>
/// A task of a process in the making. It has its memory, and the restorer's credentials and limits; all other processes
/// of the tree exist. It has no descriptors yet: a program may open and close any, and what it leaves
/// open is closed behind it.
/// </summary>
public interface INewTask : ITask
{
    /// <summary>Appends calls that give the task a file of this process (pidfd_getfd(2) run inside it).</summary>
    /// <param name="program">The program to append to.</param>
    /// <param name="file">The file.</param>
    /// <param name="least">The lowest number that the descriptor may have.</param>
    /// <returns>The descriptor there.</returns>
    SyscallResult Borrow(SyscallProgram program, SafeFileHandle file, int least = 0);
}
