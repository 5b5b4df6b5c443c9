using CrStream.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace CrStream.NamelessFiles;

/// <summary>Carries files in memory (memfd_create(2)) with their contents, name and seals.</summary>
public sealed class MemfdHandler : IFileHandler
{
    private const int F_GET_SEALS = 1034;
    private const uint MFD_ALLOW_SEALING = 2;

    private static readonly ObjectType Type = new("org.crstream.memfd");

    /// <inheritdoc/>
    public string Name => "memfds";

    /// <inheritdoc/>
    public string Claim => "memfds, with their contents and seals";

    /// <inheritdoc/>
    public IReadOnlyList<ObjectType> ObjectTypes => [Type];

    /// <inheritdoc/>
    public bool Claims(OpenFile file) =>
        file.Status is { IsRegular: true, Links: 0, FileSystem: FileSystemMagic.TMPFS_MAGIC } && MemfdRecord.IsLink(file.Link);

    /// <inheritdoc/>
    public Denial? Explain(OpenFile file) => file.Status.FileSystem == FileSystemMagic.SECRETMEM_MAGIC
        ? new("is secret memory (memfd_secret(2)), which the kernel shows to nobody but its process", "let the program keep its secrets in other memory, or close it")
        : null;

    /// <inheritdoc/>
    public KernelObject Collect(OpenFile file, ICollectContext context) =>
        context.Shared($"memfd:{file.Status.Device}:{file.Status.Inode}", () =>
        {
            context.MustNotLeak(file.Status.Device, file.Status.Inode, $"the memfd {MemfdRecord.NameOf(file.Link)} at {file.Where}");
            using var own = context.Kernel.Open(file.ProcPath, FileFlags.O_RDONLY);
            return new Memfd(Type, file, (int)context.Kernel.Control(own, F_GET_SEALS), context.Kernel);
        });

    /// <inheritdoc/>
    public RestoredObject Restore(ObjectType type, Fields fields, IRestoreContext context)
    {
        var record = MemfdRecord.Read(fields);
        var file = Memory.Create(record.Name, MFD_ALLOW_SEALING, context.Kernel);
        try
        {
            record.Attributes.Apply(file, context.Kernel);
            return new RestoredMemfd(record, file, context.Kernel);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public SafeFileHandle Open(RestoredObject behind, FileState state, IRestoreContext context) =>
        ((RestoredMemfd)behind).Open(state.Flags);
}
