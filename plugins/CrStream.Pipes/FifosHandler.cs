using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Pipes;

/// <summary>
/// Carries FIFOs (fifo(7)) with what stands in them. The restore finds the FIFO by its name and fills it; a deleted one
/// is made again. It must not be held outside the tree: who is there would read what belongs to the tasks.
/// </summary>
public sealed class FifosHandler : IFileHandler
{
    private static readonly ObjectType Type = new("org.crstream.fifo");

    /// <inheritdoc/>
    public string Name => "fifos";

    /// <inheritdoc/>
    public string Claim => "FIFOs inside the tree, with their contents";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) => file.Status.IsFifo && file.Status.FileSystem != FileSystemMagic.PIPEFS_MAGIC && file.Link.StartsWith('/');

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var node = context.Shared($"fifo:{file.Status.Device}:{file.Status.Inode}", () =>
        {
            if (file.Status.Links > 0 && (context.Kernel.Status(file.Link, followLinks: false) is not { } named
                || named.Device != file.Status.Device || named.Inode != file.Status.Inode))
            {
                throw new DeniedException($"{file.Where} ({file.Link}) cannot be carried: the FIFO has that name no more", "let the program close it, or put the FIFO back under its name");
            }

            context.MustNotLeak(file.Link, $"the FIFO at {file.Where}");
            return new Fifo(Type, file, context.Kernel);
        });
        node.AddEnd(file);
        return node;
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context) =>
        RestoredFifo.Make(FifoRecord.Read(fields), context.Kernel);

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) =>
        ((RestoredFifo)behind).Open(state.Flags);
}
