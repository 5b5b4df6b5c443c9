namespace CrStream.Abstractions;

/// <summary>What an open file description has of its own, apart from the object behind it.</summary>
/// <param name="Flags">The access mode and file status flags (<c>F_GETFL</c>).</param>
/// <param name="Position">The file offset, in bytes.</param>
public sealed record FileState(int Flags, long Position);
