namespace CrStream.Linux.Bpf;

/// <summary>Whether the kernel's own records and counts can be read by BPF iterators.</summary>
/// <param name="IsPermitted">Whether they can.</param>
/// <param name="Reason">Why not; null where they can.</param>
public sealed record BpfSupport(bool IsPermitted, string? Reason);
