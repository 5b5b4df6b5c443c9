using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Files;

/// <summary>An open file description that was opened again, as a descriptor of this process, from which tasks get theirs.</summary>
internal sealed class RestoredFile(SafeFileHandle handle, string description, FileOwner? owner, int flags, IKernel kernel) : RestoredObject
{
    private const int F_SETFL = 4;

    /// <summary>The descriptor in this process.</summary>
    public int Descriptor => (int)handle.DangerousGetHandle();

    /// <inheritdoc/>
    public override string Description => description;

    /// <summary>Sets the owner, who exists now, and with it the flag that makes the kernel send signals.</summary>
    public override ValueTask CompleteAsync(CancellationToken cancellation)
    {
        owner?.Set(kernel, handle);
        if ((flags & FileFlags.O_ASYNC) != 0)
        {
            kernel.Control(handle, F_SETFL, flags);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        handle.Dispose();
        base.Dispose(disposing);
    }
}
