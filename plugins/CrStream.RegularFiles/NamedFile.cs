using CrStream.Abstractions;

namespace CrStream.RegularFiles;

/// <summary>A file under its name, as a node of the object graph; shared by all file descriptions and mappings of it.</summary>
internal sealed class NamedFile(ObjectType type, string path, FileStatus status, FileHandle? handle) : KernelObject
{
    private bool appended;

    public override ObjectType Type => type;

    public override string Description => path;

    /// <summary>Tells of a file description that leads here.</summary>
    internal void AddUser(int flags) => appended |= (flags & FileFlags.O_APPEND) != 0 && FileFlags.CanWrite(flags);

    public override Fields Describe(IReferences references) => new FileRecord(
        path, FileKinds.Of(status)!.Value, status.Device, status.Inode, status.Mode, status.Size, status.ModifiedNanoseconds,
        appended, PseudoFiles.IsPseudo(status), handle).Write();
}
