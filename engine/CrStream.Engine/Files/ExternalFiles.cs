using CrStream.Abstractions;
using CrStream.Linux.Kcmp;

namespace CrStream.Engine.Files;

/// <summary>The files of the tree that are not carried, since they come from outside at the restore as well.</summary>
/// <param name="named">Their keys by process and descriptor.</param>
internal sealed class ExternalFiles(IReadOnlyDictionary<(int Pid, int Fd), string> named)
{
    private readonly HashSet<string> found = new(StringComparer.Ordinal);

    /// <summary>The key of the open file description behind a descriptor, by whichever of its descriptors it was named; null where it is none of them.</summary>
    public string? KeyOf(int tid, int fd)
    {
        foreach (var ((pid, number), key) in named)
        {
            if ((pid, number) == (tid, fd) || (!found.Contains(key) && IsSame(pid, number, tid, fd)))
            {
                found.Add(key);
                return key;
            }
        }

        return null;
    }

    /// <summary>Refuses a key whose descriptor is none.</summary>
    /// <exception cref="CheckpointException">It is not open, or its process is outside the tree.</exception>
    public void RequireAllFound()
    {
        if (named.FirstOrDefault(entry => !found.Contains(entry.Value)) is { Value: { } key } missing)
        {
            throw new CheckpointException($"{key} is to come from outside, and there is no fd {missing.Key.Fd} of process {missing.Key.Pid} in the tree", "ls -l /proc/PID/fd lists a process's descriptors");
        }
    }

    private static bool IsSame(int pid, int number, int tid, int fd)
    {
        try
        {
            return KernelComparison.CompareFiles(pid, number, tid, fd) == 0;
        }
        catch (KernelException none) when (none.Error is ErrorNumber.ESRCH or ErrorNumber.EBADF or ErrorNumber.EPERM)
        {
            return false;
        }
    }
}
