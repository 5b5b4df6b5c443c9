using System.Text;
using CrStream.Abstractions;

namespace CrStream.Linux.Proc;

/// <summary>/proc/PID/fdinfo/N, see proc_pid_fdinfo(5) and fs/proc/fd.c.</summary>
/// <param name="Position">The file offset, in bytes.</param>
/// <param name="Flags">The access mode and file status flags of open(2), and O_CLOEXEC for the descriptor.</param>
/// <param name="MountId">The mount that the file was opened through, as in /proc/PID/mountinfo.</param>
/// <param name="Inode">The inode number; null for a kernel that does not say (before 5.15).</param>
/// <param name="Lines">The other lines, which depend on the kind of file, each as it stands (as Latin-1 where a byte is not ASCII).</param>
public sealed record FdInfo(long Position, int Flags, int MountId, ulong? Inode, IReadOnlyList<string> Lines)
{
    /// <summary>True where the descriptor is closed by execve(2).</summary>
    public bool IsCloseOnExec => (Flags & FileFlags.O_CLOEXEC) != 0;

    /// <summary>The flags of the open file description, without <see cref="FileFlags.O_CLOEXEC"/>, which is the descriptor's.</summary>
    public int StatusFlags => Flags & ~FileFlags.O_CLOEXEC;

    /// <summary>Reads the text.</summary>
    /// <exception cref="ProcFormatException">The text is not what proc(5) says.</exception>
    public static FdInfo Parse(ReadOnlySpan<byte> text)
    {
        var cursor = new TextCursor("fdinfo", text);
        cursor.Expect("pos:\t"u8, "pos");
        var position = cursor.Signed("an offset");
        cursor.Expect("\nflags:\t"u8, "flags");
        var flags = (int)cursor.Octal("octal flags");
        cursor.Expect("\nmnt_id:\t"u8, "mnt_id");
        var mount = (int)cursor.Signed("a mount id");
        cursor.Expect("\n"u8, "the end of a line");
        ulong? inode = null;
        if (cursor.StartsWith("ino:\t"u8))
        {
            cursor.Expect("ino:\t"u8, "ino");
            inode = cursor.Decimal("an inode number");
            cursor.Expect("\n"u8, "the end of a line");
        }

        List<string> lines = [];
        while (cursor.NextLine(out var line))
        {
            lines.Add(Encoding.Latin1.GetString(line));
        }

        return new FdInfo(position, flags, mount, inode, lines);
    }
}
