using CrStream.Abstractions;

namespace CrStream.Engine.Files;

/// <summary>A process's descriptors: which number leads to which file, and whether execve(2) closes it.</summary>
/// <param name="Descriptors">By ascending number.</param>
internal sealed record DescriptorTable(IReadOnlyList<DescriptorTable.Entry> Descriptors)
{
    private const int O_CLOEXEC = 0x80000;
    private const int FilesAtOnce = 64;

    public static DescriptorTable From(Fields fields) => new([.. fields.Maps("descriptors").Select(entry => new Entry(
        entry.Int32("fd") is >= 0 and var fd ? fd : throw new FieldException("fd", "is negative"), entry.Reference("file"), entry.Boolean("close_on_exec"),
        [.. entry.Maps("locks").Select(FileLock.From)]))]);

    /// <summary>Gives a task that has no descriptors its own.</summary>
    /// <param name="task">The task.</param>
    /// <param name="fileOf">The restored file of an object's id.</param>
    public void Install(ITask task, Func<ulong, RestoredFile> fileOf)
    {
        // Everything that is only passing through stays above the numbers that are wanted.
        var above = Descriptors.Count == 0 ? 1 : Descriptors[^1].Fd + 1;
        var own = BorrowedDescriptors.MoveSelf(task, above);
        foreach (var files in Descriptors.GroupBy(entry => entry.File).Chunk(FilesAtOnce))
        {
            var program = new SyscallProgram();
            foreach (var file in files)
            {
                var first = program.Call(SystemCall.pidfd_getfd, own, fileOf(file.Key).Descriptor, 0);
                var high = program.Call(SystemCall.fcntl, first, FileControl.F_DUPFD_CLOEXEC, above);
                program.Call(SystemCall.close, first);
                foreach (var entry in file)
                {
                    program.Call(SystemCall.dup3, high, entry.Fd, entry.CloseOnExec ? O_CLOEXEC : 0);
                }

                program.Call(SystemCall.close, high);
            }

            task.Run(program);
        }

        BorrowedDescriptors.Close(task, own);
    }

    /// <summary>
    /// Takes the locks that were held, and sets who gets the files' signals and that they are sent: by a descriptor of the
    /// task's own, since the signal says which one it was. All tasks exist, with their credentials.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="fileOf">The restored file of an object's id.</param>
    /// <param name="owned">The files whose owners have been set by another process.</param>
    /// <param name="seen">Gives a task's id as the task sees it.</param>
    public void SetOwnersAndLocks(ITask task, Func<ulong, RestoredFile> fileOf, HashSet<ulong> owned, Func<int, int> seen)
    {
        var program = new SyscallProgram();
        var locks = new List<(Entry Entry, FileLock Held, SyscallResult Result)>();
        foreach (var entry in Descriptors)
        {
            locks.AddRange(entry.Locks.Select(held => (entry, held, held.AppendTo(program, entry.Fd))));
            if (!owned.Add(entry.File))
            {
                continue;
            }

            var file = fileOf(entry.File);
            file.Owner?.AppendTo(program, entry.Fd, seen);

            if ((file.Flags & FileFlags.O_ASYNC) != 0)
            {
                program.Call(SystemCall.fcntl, entry.Fd, FileControl.F_SETFL, file.Flags);
            }
        }

        var outcome = task.Run(program);
        foreach (var (entry, held, result) in locks.Where(taken => outcome[taken.Result] < 0))
        {
            throw new RestoreException(
                $"the {held.Kind} lock that fd {entry.Fd} of {task.Pid} held on {fileOf(entry.File).Description} cannot be taken again: {ErrorNumber.Describe((int)-outcome[result])}",
                "somebody else holds it: lslocks shows who");
        }
    }

    /// <summary>One descriptor.</summary>
    /// <param name="Fd">The number.</param>
    /// <param name="File">The file object's id.</param>
    /// <param name="CloseOnExec">FD_CLOEXEC.</param>
    /// <param name="Locks">Locks that the process holds by it.</param>
    internal readonly record struct Entry(int Fd, ulong File, bool CloseOnExec, IReadOnlyList<FileLock> Locks);
}
