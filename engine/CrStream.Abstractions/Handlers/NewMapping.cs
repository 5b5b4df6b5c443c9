namespace CrStream.Abstractions;

/// <summary>A mapping of a file that is to be made in a task.</summary>
/// <param name="Start">The first address.</param>
/// <param name="Length">In bytes, whole pages.</param>
/// <param name="Offset">Of the first byte in the file.</param>
/// <param name="Protection">PROT_READ, PROT_WRITE and PROT_EXEC of mmap(2).</param>
/// <param name="IsShared">MAP_SHARED, not MAP_PRIVATE.</param>
/// <param name="CanBeWritten">Whether the file is open for writing: a shared mapping may then become writable.</param>
public sealed record NewMapping(ulong Start, ulong Length, ulong Offset, int Protection, bool IsShared, bool CanBeWritten);
