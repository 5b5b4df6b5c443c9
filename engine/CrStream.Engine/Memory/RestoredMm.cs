using CrStream.Abstractions;

namespace CrStream.Engine.Memory;

/// <summary>An address space that is being restored: takes the pages as they arrive.</summary>
internal sealed class RestoredMm(MmState state) : RestoredObject
{
    private bool complete;

    /// <summary>What it is to be.</summary>
    public MmState State => state;

    /// <summary>Builds it; set when its task exists.</summary>
    public MmBuilder? Builder { get; set; }

    /// <inheritdoc/>
    public override string Description => $"the address space of {state.Pid}";

    /// <summary>All pages are in, and processes may be born as its copies.</summary>
    public void EndPages() => complete = true;

    /// <inheritdoc/>
    public override void WritePages(ulong address, ReadOnlySpan<byte> pages)
    {
        if (complete)
        {
            throw new RestoreException($"the image has pages for {Description} behind another address space", "it is no image of crstream's");
        }

        Builder!.WritePages(address, pages);
    }
}
