using System.Globalization;
using CrStream.Linux.Proc;

namespace CrStream.Engine.References;

/// <summary>
/// Guesses where the kernel holds an open file that no process holds: in a message that no one has received yet
/// (unix(7), SCM_RIGHTS), or registered with an io_uring. /proc/PID/fdinfo tells of both.
/// </summary>
internal static class KernelHolders
{
    private const string Anywhere = "in flight in a socket, registered with an io_uring, or held by a kernel thread";

    /// <summary>A sentence of what is known.</summary>
    public static string Name(string? link)
    {
        if (link is null)
        {
            return "no process that can be seen holds the rest, so a kernel thread or a process in another pid namespace does";
        }

        var places = OtherProcesses.Except(new HashSet<int>()).SelectMany(pid => Places(pid, link)).ToArray();
        return $"no process holds the rest, so the kernel does: {(places.Length == 0 ? Anywhere : $"it may be {string.Join(" or ", places)}")}";
    }

    private static IEnumerable<string> Places(int pid, string link)
    {
        var proc = new ProcTask(pid);
        foreach (var (fd, holder) in OtherProcesses.Descriptors(proc))
        {
            var isRing = holder == "anon_inode:[io_uring]";
            if ((!isRing && !holder.StartsWith("socket:[", StringComparison.Ordinal)) || OtherProcesses.IfVisible(() => proc.FdInfo(fd)) is not { } info)
            {
                continue;
            }

            if (isRing && info.Lines.Any(line => line.EndsWith($": {link}", StringComparison.Ordinal)))
            {
                yield return $"registered with the io_uring of {Holders.Name(pid)}, fd {fd}";
            }
            else if (FilesInFlight(info) > 0)
            {
                yield return $"in flight to {Holders.Name(pid)}, in its fd {fd} ({holder})";
            }
        }
    }

    /// <summary>net/unix/af_unix.c, unix_show_fdinfo(): how many files the messages hold that wait in a socket.</summary>
    private static int FilesInFlight(FdInfo info)
    {
        const string key = "scm_fds:";
        var line = info.Lines.FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal));
        return line is not null && int.TryParse(line.AsSpan(key.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
    }
}
