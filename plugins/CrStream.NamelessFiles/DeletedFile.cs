using CrStream.Abstractions;

namespace CrStream.NamelessFiles;

/// <summary>A deleted file as a node of the object graph; shared by all file descriptions and mappings of it.</summary>
internal sealed class DeletedFile(ObjectType type, OpenFile file, string directory, IKernel kernel) : KernelObject
{
    private int? creator;

    public override ObjectType Type => type;

    public override string Description => file.Link;

    /// <summary>Tells of a file description that leads here.</summary>
    internal void AddUser(int flags)
    {
        if ((flags & FileFlags.O_TMPFILE) == FileFlags.O_TMPFILE)
        {
            creator = flags;
        }
    }

    public override Fields Describe(IReferences references) =>
        new DeletedFileRecord(DeletedFileRecord.PathOf(file.Link), directory, FileAttributes.Of(file.Status), creator).Write();

    public override async ValueTask WriteContentsAsync(IContentWriter writer, CancellationToken cancellation)
    {
        using var own = kernel.Open(file.ProcPath, FileFlags.O_RDONLY | FileFlags.O_NOATIME);
        await writer.WriteFileAsync(own, $"{file.Where} ({file.Link})", kernel, cancellation);
    }
}
