using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>The object that binds a number to a type: <c>{id, number, name, version, provider}</c>.</summary>
public sealed class TypeDeclaration : ImageObject
{
    private TypeDeclaration(ulong id, uint number, ObjectType declared, string provider) =>
        (Id, Number, Declared, Provider) = (id, number, declared, provider);

    /// <inheritdoc/>
    public override ObjectType Type => CoreTypes.TypeDeclaration;

    /// <summary>Its id.</summary>
    public ulong Id { get; }

    /// <summary>The number, from 0x10000 up.</summary>
    public uint Number { get; }

    /// <summary>The type that has this number in this image.</summary>
    public ObjectType Declared { get; }

    /// <summary>The assembly that brought the type, and its version.</summary>
    public string Provider { get; }

    internal static TypeDeclaration FromFields(ulong id, Fields fields)
    {
        fields.RequireKeys("number", "name", "version", "provider");
        return new(id, fields.UInt32("number"), new(fields.Text("name"), fields.Int32("version")), fields.Text("provider"));
    }

    internal static Fields ToFields(uint number, ObjectType type, string provider) => new()
    {
        ["number"] = number,
        ["name"] = type.Name,
        ["version"] = type.Version,
        ["provider"] = provider,
    };
}
