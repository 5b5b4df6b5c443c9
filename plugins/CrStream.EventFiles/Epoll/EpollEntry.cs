using System.Globalization;
using CrStream.Abstractions;

namespace CrStream.EventFiles.Epoll;

/// <summary>A file that an epoll instance watches, as its fdinfo has it (fs/eventpoll.c, ep_show_fdinfo).</summary>
/// <param name="Number">The descriptor under which it was added. It may have been closed since, or lead to another file.</param>
/// <param name="Events">What is watched for, and EPOLLET and its kin.</param>
/// <param name="Data">What the program gets back.</param>
/// <param name="Order">Which of the entries with the same number it is, from 0: the kernel tells them apart by that.</param>
internal sealed record EpollEntry(int Number, uint Events, ulong Data, int Order)
{
    internal const uint EPOLLEXCLUSIVE = 1u << 28;
    internal const uint EPOLLWAKEUP = 1u << 29;
    internal const uint EPOLLONESHOT = 1u << 30;
    internal const uint EPOLLET = 1u << 31;

    /// <summary>The bits that are no events.</summary>
    internal const uint Modes = EPOLLWAKEUP | EPOLLONESHOT | EPOLLET | EPOLLEXCLUSIVE;

    /// <summary>It has told once, and waits to be set again.</summary>
    internal static bool IsDisabled(uint events) => (events & EPOLLONESHOT) != 0 && (events & ~Modes) == 0;

    /// <summary>Reads the lines <c>tfd: 5 events: 19 data: 5 pos:0 ino:40e sdev:10</c>.</summary>
    /// <exception cref="CheckpointException">A line reads otherwise.</exception>
    internal static IReadOnlyList<EpollEntry> Parse(string fdInfo)
    {
        var entries = new List<EpollEntry>();
        var orders = new Dictionary<int, int>();
        foreach (var line in fdInfo.Split('\n').Where(line => line.StartsWith("tfd:", StringComparison.Ordinal)))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not ["tfd:", var number, "events:", var events, "data:", var data, ..]
                || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var fd)
                || !uint.TryParse(events, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var mask)
                || !ulong.TryParse(data, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var cookie))
            {
                throw new CheckpointException($"the kernel's fdinfo of an epoll instance has the line \"{line}\", which cannot be read", "this kernel is not known to crstream");
            }

            var order = orders.GetValueOrDefault(fd);
            orders[fd] = order + 1;
            entries.Add(new(fd, mask, cookie, order));
        }

        return entries;
    }
}
