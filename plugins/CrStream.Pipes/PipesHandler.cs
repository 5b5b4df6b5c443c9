using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Pipes;

/// <summary>
/// Carries pipes (pipe(7)) with their contents, capacity and owner. A pipe is one object that all file descriptions of
/// its ends share; it must not be held outside the tree, since nobody there could be given the restored one.
/// </summary>
public sealed class PipesHandler : IFileHandler
{
    private static readonly ObjectType Type = new("org.crstream.pipe");

    /// <inheritdoc/>
    public string Name => "pipes";

    /// <inheritdoc/>
    public string Claim => "pipes inside the tree, with their contents";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) =>
        file.Status.IsFifo && file.Status.FileSystem == FileSystemMagic.PIPEFS_MAGIC && file.Link.StartsWith("pipe:[", StringComparison.Ordinal);

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context)
    {
        var node = context.Shared(file.Link, () =>
        {
            context.MustNotLeak(file.Link, $"the pipe at {file.Where}");
            return new Pipe(Type, file.Link, file.Status, context.Kernel);
        });
        node.AddEnd(file);
        return node;
    }

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context) =>
        RestoredPipe.Make(PipeRecord.Read(fields), context.Kernel);

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) =>
        ((RestoredPipe)behind).Open(state.Flags);
}
