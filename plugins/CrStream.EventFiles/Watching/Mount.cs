using System.Globalization;
using System.Text;
using CrStream.Abstractions;

namespace CrStream.EventFiles.Watching;

/// <summary>A mount, as /proc/PID/mountinfo has it (proc_pid_mountinfo(5)).</summary>
/// <param name="Id">Its number.</param>
/// <param name="Device">The file system's device as the kernel numbers it: 12 bits major, 20 bits minor.</param>
/// <param name="Path">Where it is mounted.</param>
internal sealed record Mount(int Id, ulong Device, string Path)
{
    private const int MinorBits = 20;
    private const int ChunkLength = 65536;

    /// <summary>The mounts that this process sees.</summary>
    internal static IReadOnlyList<Mount> Read(IKernel kernel)
    {
        using var file = kernel.Open("/proc/self/mountinfo", FileFlags.O_RDONLY);
        var text = new List<byte>();
        var chunk = new byte[ChunkLength];
        while (kernel.Read(file, chunk) is > 0 and var count)
        {
            text.AddRange(chunk.AsSpan(0, count));
        }

        return Parse(Encoding.UTF8.GetString([.. text]));
    }

    /// <summary>Reads lines <c>36 35 98:0 /mnt1 /mnt2 rw,noatime ...</c>.</summary>
    internal static IReadOnlyList<Mount> Parse(string text)
    {
        var mounts = new List<Mount>();
        foreach (var line in text.Split('\n'))
        {
            if (line.Split(' ') is [var id, _, var device, _, var path, ..] && device.Split(':') is [var major, var minor])
            {
                mounts.Add(new(
                    int.Parse(id, CultureInfo.InvariantCulture),
                    (ulong.Parse(major, CultureInfo.InvariantCulture) << MinorBits) | ulong.Parse(minor, CultureInfo.InvariantCulture),
                    Unescape(path)));
            }
        }

        return mounts;
    }

    /// <summary>Space, tab, line feed and backslash stand there as a backslash and three octal digits.</summary>
    private static string Unescape(string path)
    {
        var plain = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '\\' && i + 3 < path.Length)
            {
                plain.Append((char)Convert.ToInt32(path.Substring(i + 1, 3), 8));
                i += 3;
            }
            else
            {
                plain.Append(path[i]);
            }
        }

        return plain.ToString();
    }
}
