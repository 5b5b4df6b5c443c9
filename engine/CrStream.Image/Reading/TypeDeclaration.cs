using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>The object that binds a number to a type: <c>{id, number, name, version, provider}</c>.</summary>
public sealed class TypeDeclaration : ImageObject
{
    /// <summary>Its id.</summary>
    public required ulong Id { get; init; }

    /// <summary>The number, from 0x10000 up.</summary>
    public required uint Number { get; init; }

    /// <summary>The type that has this number in this image.</summary>
    public required ObjectType Declared { get; init; }

    /// <summary>The assembly that brought the type, and its version.</summary>
    public required string Provider { get; init; }

    internal static TypeDeclaration FromFields(ulong id, Fields fields)
    {
        fields.RequireKeys("number", "name", "version", "provider");
        return new()
        {
            Id = id,
            Number = fields.UInt32("number"),
            Declared = new(fields.Text("name"), fields.Int32("version")),
            Provider = fields.Text("provider"),
        };
    }

    internal static Fields ToFields(uint number, ObjectType type, string provider) => new()
    {
        ["number"] = number,
        ["name"] = type.Name,
        ["version"] = type.Version,
        ["provider"] = provider,
    };
}
