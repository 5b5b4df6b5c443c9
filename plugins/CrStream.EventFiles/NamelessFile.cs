using CrStream.Abstractions;

namespace CrStream.EventFiles;

/// <summary>A file without a name as a node of the object graph. It is one with its file description, so nobody shares it.</summary>
/// <param name="type">Its type.</param>
/// <param name="where">How errors name it.</param>
/// <param name="describe">Its payload.</param>
internal sealed class NamelessFile(ObjectType type, string where, Func<Fields> describe) : KernelObject
{
    public override ObjectType Type => type;

    public override string Description => where;

    public override Fields Describe(IReferences references) => describe();
}
