using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Files;

/// <summary>An open file description that was opened again, as a descriptor of this process, from which tasks get theirs.</summary>
/// <param name="behind">The object behind it; null for one that comes from outside.</param>
/// <param name="description">How errors name it.</param>
/// <param name="owner">Who gets its signals, or null.</param>
/// <param name="flags">Its status flags.</param>
/// <param name="open">Opens it, where that is done late: at the first use.</param>
internal sealed class RestoredFile(RestoredObject? behind, string description, FileOwner? owner, int flags, Func<SafeFileHandle> open) : RestoredDescription
{
    private readonly Lazy<SafeFileHandle> handle = new(open);

    /// <inheritdoc/>
    public override SafeFileHandle Handle => handle.Value;

    /// <summary>The descriptor in this process.</summary>
    public int Descriptor => Handle.Number();

    /// <summary>The object behind it; null for one that comes from outside.</summary>
    public RestoredObject? Behind => behind;

    /// <inheritdoc/>
    public override string Description => description;

    /// <summary>Who gets its signals, or null.</summary>
    public FileOwner? Owner => owner;

    /// <summary>Its status flags.</summary>
    public int Flags => flags;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (handle.IsValueCreated)
        {
            handle.Value.Dispose();
        }

        base.Dispose(disposing);
    }
}
