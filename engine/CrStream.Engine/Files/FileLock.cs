using System.Buffers.Binary;
using System.Globalization;
using CrStream.Abstractions;

namespace CrStream.Engine.Files;

/// <summary>A lock or lease that is held through an open file description; see fcntl(2) and flock(2).</summary>
/// <param name="Kind">As /proc/PID/fdinfo names it: POSIX, OFDLCK, FLOCK or LEASE.</param>
/// <param name="IsWrite">Exclusive, or a write lease.</param>
/// <param name="Start">The first byte that is locked.</param>
/// <param name="Length">How many bytes, 0 for all that follow.</param>
internal sealed record FileLock(string Kind, bool IsWrite, long Start, long Length)
{
    private const string Prefix = "lock:\t";
    private const int F_SETLK = 6;
    private const int F_OFD_SETLK = 37;
    private const int F_SETLEASE = 1024;
    private const int F_RDLCK = 0;
    private const int F_WRLCK = 1;
    private const int LOCK_SH = 1;
    private const int LOCK_EX = 2;
    private const int LOCK_NB = 4;

    private static readonly string[] Kinds = ["POSIX", "OFDLCK", "FLOCK", "LEASE"];

    /// <summary>
    /// Reads the locks from the text of fdinfo, whose lines are like
    /// <c>lock: 1: POSIX  ADVISORY  WRITE 4711 fe:00:247239 0 EOF</c> (fs/locks.c, lock_get_status).
    /// </summary>
    /// <exception cref="DeniedException">There is a lock that cannot be carried.</exception>
    /// <param name="lines">The lines of fdinfo.</param>
    /// <param name="where">How an error names the file.</param>
    public static IEnumerable<FileLock> Parse(IEnumerable<string> lines, string where) =>
        lines.Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)).Select(line => ParseLine(where, line));

    /// <summary>Whether other processes that have the open file description do not have the lock.</summary>
    public bool BelongsToProcess => Kind == "POSIX";

    public Fields ToFields() => new() { ["kind"] = Kind, ["write"] = IsWrite, ["start"] = Start, ["length"] = Length };

    public static FileLock From(Fields fields) => new(
        fields.Text("kind") is var kind && Kinds.Contains(kind) ? kind : throw new FieldException("kind", "is no lock that this version knows"),
        fields.Boolean("write"), fields.Int64("start"), fields.Int64("length"));

    /// <summary>Takes the lock inside the task that had it, through a descriptor of the file.</summary>
    public SyscallResult AppendTo(SyscallProgram program, int fd) => Kind switch
    {
        "FLOCK" => program.Try(SystemCall.flock, fd, (IsWrite ? LOCK_EX : LOCK_SH) | LOCK_NB),
        "LEASE" => program.Try(SystemCall.fcntl, fd, F_SETLEASE, IsWrite ? F_WRLCK : F_RDLCK),
        _ => program.Try(SystemCall.fcntl, fd, Kind == "POSIX" ? F_SETLK : F_OFD_SETLK, program.Store(StructFlock())),
    };

    private static FileLock ParseLine(string where, string line)
    {
        // The number, the kind, ADVISORY or the like, the mode, the pid, the inode, the first and the last byte.
        var words = line[Prefix.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 8 || !Kinds.Contains(words[1]) || words[3] is not ("READ" or "WRITE") || words[2] is "MANDATORY" or "BREAKING")
        {
            throw new DeniedException($"{where} has a lock that cannot be carried: {line}", "let the program release it before the checkpoint");
        }

        var start = long.Parse(words[6], CultureInfo.InvariantCulture);
        return new(words[1], words[3] == "WRITE", start, words[7] == "EOF" ? 0 : long.Parse(words[7], CultureInfo.InvariantCulture) - start + 1);
    }

    private byte[] StructFlock()
    {
        var bytes = new byte[32];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, (short)(IsWrite ? F_WRLCK : F_RDLCK));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Start);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Length);
        return bytes;
    }
}
