namespace CrStream.Linux.Proc;

/// <summary>Reads the text of /proc/PID/maps; see proc_pid_maps(5).</summary>
public static class MapsText
{
    /// <summary>Reads the mappings in the order of addresses.</summary>
    /// <exception cref="ProcFormatException">The text is not what proc(5) says.</exception>
    public static IReadOnlyList<Mapping> Parse(ReadOnlySpan<byte> text)
    {
        List<Mapping> mappings = [];
        var lines = new TextCursor("maps", text);
        while (lines.NextLine(out var line))
        {
            mappings.Add(ParseLine("maps", line));
        }

        return mappings;
    }

    /// <summary><c>start-end rwxp offset major:minor inode blanks path</c>, all numbers but the inode's hexadecimal.</summary>
    internal static Mapping ParseLine(string file, ReadOnlySpan<byte> line)
    {
        var cursor = new TextCursor(file, line);
        var start = cursor.Hex("a start address");
        cursor.Expect("-"u8, "a hyphen");
        var end = cursor.Hex("an end address");
        var access = cursor.Word();
        if (access.Length != 4 || access[3] is not ((byte)'s' or (byte)'p'))
        {
            throw new ProcFormatException(file, "four letters of access", line);
        }

        cursor.SkipBlanks();
        var offset = cursor.Hex("an offset");
        cursor.SkipBlanks();
        var major = cursor.Hex("a major number");
        cursor.Expect(":"u8, "a colon");
        var minor = cursor.Hex("a minor number");
        cursor.SkipBlanks();
        var inode = cursor.Decimal("an inode number");

        // Blanks pad the line to the path, which never begins with one; those at its end are its own.
        cursor.SkipBlanks();
        var path = cursor.Rest;
        var escaped = path.IndexOf("\\012"u8) >= 0;
        return new Mapping
        {
            Start = start,
            End = end,
            Protection = (access[0] == 'r' ? Protection.Read : 0) | (access[1] == 'w' ? Protection.Write : 0) | (access[2] == 'x' ? Protection.Exec : 0),
            IsShared = access[3] == 's',
            Offset = offset,
            DeviceMajor = (uint)major,
            DeviceMinor = (uint)minor,
            Inode = inode,
            Path = path.IsEmpty ? null : escaped ? Unescape(path) : new KernelText(path),
            IsPathExact = !escaped,
        };
    }

    private static KernelText Unescape(ReadOnlySpan<byte> path)
    {
        var bytes = new List<byte>(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i..].StartsWith("\\012"u8))
            {
                bytes.Add((byte)'\n');
                i += 3;
            }
            else
            {
                bytes.Add(path[i]);
            }
        }

        return new KernelText(bytes.ToArray());
    }
}
