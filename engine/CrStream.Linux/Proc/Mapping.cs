namespace CrStream.Linux.Proc;

/// <summary>What a task may do with the pages of a mapping: PROT_ of mmap(2), with its values.</summary>
[Flags]
public enum Protection
{
    /// <summary>PROT_NONE.</summary>
    None = 0,

    /// <summary>PROT_READ.</summary>
    Read = 1,

    /// <summary>PROT_WRITE.</summary>
    Write = 2,

    /// <summary>PROT_EXEC.</summary>
    Exec = 4,
}

/// <summary>One line of /proc/PID/maps; see proc_pid_maps(5).</summary>
public record Mapping
{
    /// <summary>The first address.</summary>
    public required ulong Start { get; init; }

    /// <summary>The address behind the last one.</summary>
    public required ulong End { get; init; }

    /// <summary>In bytes.</summary>
    public ulong Length => End - Start;

    /// <summary>The access that is allowed now.</summary>
    public required Protection Protection { get; init; }

    /// <summary>True for MAP_SHARED, false for MAP_PRIVATE.</summary>
    public required bool IsShared { get; init; }

    /// <summary>Offset of the start in the file, in bytes; 0 without a file.</summary>
    public required ulong Offset { get; init; }

    /// <summary>The major number of the file's device.</summary>
    public required uint DeviceMajor { get; init; }

    /// <summary>The minor number of the file's device.</summary>
    public required uint DeviceMinor { get; init; }

    /// <summary>The file's inode number. 0 without a file, and for the System V segment with the id 0.</summary>
    public required ulong Inode { get; init; }

    /// <summary>
    /// The file's path, or a name such as <c>[heap]</c> or <c>[anon:NAME]</c>; null where the kernel gives none. The
    /// kernel writes a newline as <c>\012</c> and leaves backslashes alone, so the bytes are a guess where
    /// <see cref="IsPathExact"/> is false; the link in /proc/PID/map_files is exact.
    /// </summary>
    public required KernelText? Path { get; init; }

    /// <summary>False where the path had a <c>\012</c>, which may have been a newline or these four characters.</summary>
    public required bool IsPathExact { get; init; }

    /// <summary>True where a file is mapped, shared anonymous memory (a deleted /dev/zero) and System V segments included.</summary>
    public bool HasFile => Path is not null && !IsSpecial;

    /// <summary>True for a name in brackets such as <c>[stack]</c>, <c>[vdso]</c> or <c>[anon:NAME]</c>: no file, since a file's path begins with a slash or has a type in front.</summary>
    public bool IsSpecial => Path is not null && Path.Bytes.StartsWith("["u8);

    /// <summary>
    /// True where the path ends in <c> (deleted)</c>, which the kernel appends when the name is gone. A file may be
    /// called so itself: compare device and inode with what stands at the path.
    /// </summary>
    public bool IsMarkedDeleted => HasFile && Path!.Bytes.EndsWith(" (deleted)"u8);
}
