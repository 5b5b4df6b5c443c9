using CrStream.Abstractions;

namespace CrStream.Engine.Memory;

/// <summary>An address space that is being restored: takes the pages as they arrive.</summary>
internal sealed class RestoredMm(MmState state) : RestoredObject
{
    /// <summary>What it is to be.</summary>
    public MmState State => state;

    /// <summary>Builds it; set when its task exists.</summary>
    public MmBuilder? Builder { get; set; }

    /// <inheritdoc/>
    public override string Description => $"the address space of {state.Pid}";

    /// <inheritdoc/>
    public override void WritePages(ulong address, ReadOnlySpan<byte> pages) => Builder!.WritePages(address, pages);
}
