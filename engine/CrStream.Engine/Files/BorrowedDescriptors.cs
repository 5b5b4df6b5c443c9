using CrStream.Abstractions;
using CrStream.Linux.Acting;

namespace CrStream.Engine.Files;

/// <summary>
/// Descriptors of this process in a task, by pidfd_getfd(2) run inside it: the way by which open files are handed to
/// the tasks that are being restored. Until a task gets its own descriptors it has one, the pidfd for this.
/// </summary>
internal static class BorrowedDescriptors
{
    private const int FilesAtOnce = 256;

    /// <summary>Puts the stub's pidfd of this process at a number that is not below a bound.</summary>
    public static long MoveSelf(ITask task, int above)
    {
        var program = new SyscallProgram();
        var high = program.Call(SystemCall.fcntl, Seed.Self, FileControl.F_DUPFD_CLOEXEC, above);
        program.Call(SystemCall.close, Seed.Self);
        return task.Run(program)[high];
    }

    /// <summary>Gets files into a task that uses no descriptors yet, and gives their numbers there.</summary>
    public static Dictionary<ulong, long> Get(ITask task, IEnumerable<ulong> files, Func<ulong, RestoredFile> fileOf)
    {
        var numbers = new Dictionary<ulong, long>();
        foreach (var some in files.Distinct().Chunk(FilesAtOnce))
        {
            var program = new SyscallProgram();
            var got = some.Select(file => (file, fd: program.Call(SystemCall.pidfd_getfd, Seed.Self, fileOf(file).Descriptor, 0))).ToArray();
            var outcome = task.Run(program);
            foreach (var (file, fd) in got)
            {
                numbers.Add(file, outcome[fd]);
            }
        }

        return numbers;
    }

    /// <summary>Closes a descriptor inside a task.</summary>
    public static void Close(ITask task, long fd)
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.close, fd);
        task.Run(program);
    }

    /// <summary>Closes all descriptors that a task has borrowed.</summary>
    public static void CloseAll(ITask task)
    {
        var program = new SyscallProgram();
        program.Call(SystemCall.close_range, Seed.Self + 1, uint.MaxValue, 0);
        task.Run(program);
    }
}
