using System.Buffers;
using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>The types that one image has declared, and the rules for declaring one.</summary>
internal sealed class TypeTable
{
    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly Dictionary<uint, ObjectType> byNumber = [];
    private readonly Dictionary<ObjectType, uint> byType = [];

    /// <summary>The number that is free for the next type.</summary>
    public uint NextNumber => CoreTypes.FirstDeclaredNumber + (uint)byNumber.Count;

    /// <summary>The number of a core or declared type, or null.</summary>
    public uint? NumberOf(ObjectType type) =>
        CoreTypes.NumberOf(type) ?? (byType.TryGetValue(type, out var number) ? number : null);

    /// <summary>The core or declared type with a number, or null.</summary>
    public ObjectType? Find(uint number) => CoreTypes.Find(number) ?? byNumber.GetValueOrDefault(number);

    /// <summary>Makes sure that a number may be bound to a type.</summary>
    /// <exception cref="FieldException">It may not; the key says for which field of the declaration.</exception>
    public void Check(uint number, ObjectType type, string provider)
    {
        if (number is < CoreTypes.FirstDeclaredNumber or CoreTypes.TerminatorNumber)
        {
            throw new FieldException("number", $"is {number:x}, which is not free for declared types");
        }

        if (!IsTypeName(type.Name))
        {
            throw new FieldException("name", $"is no reverse DNS name of at most {ImageLimits.MaximumTypeNameLength} characters of a-z, 0-9, '.', '-'");
        }

        if (type.Version < 1)
        {
            throw new FieldException("version", $"is {type.Version}, which is below 1");
        }

        if (provider.Length > ImageLimits.MaximumProviderLength)
        {
            throw new FieldException("provider", $"is longer than {ImageLimits.MaximumProviderLength} characters");
        }

        if (byNumber.Count == ImageLimits.MaximumDeclaredTypes)
        {
            throw new FieldException("number", $"is one more than the {ImageLimits.MaximumDeclaredTypes} types that an image may declare");
        }

        if (byType.ContainsKey(type))
        {
            throw new FieldException("name", $"is {type.Name} version {type.Version}, which is declared already");
        }

        if (byNumber.ContainsKey(number))
        {
            throw new FieldException("number", $"is {number:x}, which is declared already");
        }
    }

    /// <summary>Binds a number to a type, which <see cref="Check"/> has let pass.</summary>
    public void Add(uint number, ObjectType type)
    {
        byNumber.Add(number, type);
        byType.Add(type, number);
    }

    private static bool IsTypeName(string name)
    {
        if (name.Length > ImageLimits.MaximumTypeNameLength || !name.Contains('.'))
        {
            return false;
        }

        foreach (var label in name.AsSpan().Split('.'))
        {
            if (name.AsSpan(label).IsEmpty || name.AsSpan(label).ContainsAnyExcept(LabelCharacters))
            {
                return false;
            }
        }

        return true;
    }
}
