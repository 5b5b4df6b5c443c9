using CrStream.Abstractions;

namespace CrStream.NamelessFiles;

/// <summary>A deleted directory as a node of the object graph. It is empty: only such ones can be deleted, and nothing can be put into it.</summary>
internal sealed class DeletedDirectory(ObjectType type, OpenFile file, string directory) : KernelObject
{
    public override ObjectType Type => type;

    public override string Description => file.Link;

    public override Fields Describe(IReferences references) =>
        new DeletedDirectoryRecord(DeletedFileRecord.PathOf(file.Link), directory, FileAttributes.Of(file.Status)).Write();
}
