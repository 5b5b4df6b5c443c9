namespace CrStream.Linux.Ptrace;

/// <summary>A task's registration of rseq(2).</summary>
/// <param name="Address">Of its <c>struct rseq</c>.</param>
/// <param name="Length">Of that, in bytes.</param>
/// <param name="Signature">What stands before each abort handler.</param>
/// <param name="Flags">As given at the registration.</param>
public sealed record RestartableSequences(ulong Address, uint Length, uint Signature, uint Flags)
{
    /// <summary>Where in <c>struct rseq</c> the pointer to the current critical section stands (include/uapi/linux/rseq.h).</summary>
    public const int CriticalSectionOffset = 8;
}
