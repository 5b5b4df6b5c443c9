namespace CrStream.Linux.Bpf;

/// <summary>Where a member stands in its outermost structure.</summary>
/// <param name="Offset">Bytes from the structure's start.</param>
/// <param name="Size">Its size in bytes.</param>
public readonly record struct BtfMember(int Offset, int Size);
