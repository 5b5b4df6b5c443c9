using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Files;

/// <summary>An open file description that was opened again, as a descriptor of this process, from which tasks get theirs.</summary>
internal sealed class RestoredFile(SafeFileHandle handle, string description, FileOwner? owner, int flags) : RestoredObject
{
    /// <summary>The descriptor in this process.</summary>
    public int Descriptor => (int)handle.DangerousGetHandle();

    /// <inheritdoc/>
    public override string Description => description;

    /// <summary>Who gets its signals, or null.</summary>
    public FileOwner? Owner => owner;

    /// <summary>Its status flags.</summary>
    public int Flags => flags;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        handle.Dispose();
        base.Dispose(disposing);
    }
}
