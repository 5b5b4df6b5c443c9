using CrStream.Abstractions;

namespace CrStream.Image;

/// <summary>
/// Turns the complete bytes of one object after another into objects, and checks each against what came before: ids,
/// types, references, owners. Pure: bytes in, object out.
/// </summary>
internal sealed class ObjectParser(int pageSize)
{
    private readonly FieldsReader fieldsReader = new();
    private readonly TypeTable types = new();
    private readonly PagesObject pages = new();
    private readonly DataObject data = new();
    private ulong lastId;

    /// <summary>Parses an object.</summary>
    /// <param name="head">Its head.</param>
    /// <param name="payload">All that follows the head.</param>
    /// <param name="offset">Where the object begins.</param>
    public ImageObject Parse(ObjectHead head, ReadOnlyMemory<byte> payload, long offset)
    {
        var type = types.Find(head.Type) ?? throw new ImageException(offset, $"the type number {head.Type:x} is not declared");
        var start = offset + ObjectHead.Length;
        ImageObject result = head.Type switch
        {
            CoreTypes.PagesNumber => ParsePages(payload, start),
            CoreTypes.DataNumber => ParseData(payload, start),
            CoreTypes.TypeDeclarationNumber => ParseDeclaration(payload, start),
            _ => ParseFields(type, payload, start),
        };
        result.Offset = offset;
        result.Length = head.Total;
        result.TypeNumber = head.Type;
        return result;
    }

    private PagesObject ParsePages(ReadOnlyMemory<byte> payload, long start)
    {
        if (payload.Length < PagesHead.Length)
        {
            throw new ImageException(start, $"pages of {payload.Length} bytes are shorter than the {PagesHead.Length} that come before the first page");
        }

        var head = PagesHead.Read(payload.Span);
        if (PagesHead.Length + (head.Count * (ulong)pageSize) != (ulong)payload.Length)
        {
            throw new ImageException(start, $"{head.Count} pages of {pageSize} bytes do not fill their object, which has {payload.Length - PagesHead.Length} bytes for them");
        }

        if (head.FindFault(pageSize) is { } fault)
        {
            throw new ImageException(start, fault);
        }

        CheckOwner(head.Owner, start);
        (pages.Owner, pages.Address, pages.Count, pages.Flags) = head;
        pages.Bytes = payload[PagesHead.Length..];
        return pages;
    }

    private DataObject ParseData(ReadOnlyMemory<byte> payload, long start)
    {
        if (payload.Length < DataHead.Length)
        {
            throw new ImageException(start, $"data of {payload.Length} bytes is shorter than the {DataHead.Length} that come before its contents");
        }

        var head = DataHead.Read(payload.Span);
        CheckOwner(head.Owner, start);
        (data.Owner, data.ContentOffset) = head;
        data.Bytes = payload[DataHead.Length..];
        return data;
    }

    private FieldsObject ParseFields(ObjectType type, ReadOnlyMemory<byte> payload, long start)
    {
        var (id, fields) = ReadFields(payload, start);
        return new(type, id, fields, fieldsReader.References);
    }

    private TypeDeclaration ParseDeclaration(ReadOnlyMemory<byte> payload, long start)
    {
        var (id, fields) = ReadFields(payload, start);
        try
        {
            var declaration = TypeDeclaration.FromFields(id, fields);
            types.Check(declaration.Number, declaration.Declared, declaration.Provider);
            types.Add(declaration.Number, declaration.Declared);
            return declaration;
        }
        catch (FieldException invalid)
        {
            throw new ImageException(start, $"a type declaration's {invalid.Message}", cause: invalid);
        }
    }

    private (ulong Id, Fields Fields) ReadFields(ReadOnlyMemory<byte> payload, long start)
    {
        var (id, fields) = fieldsReader.ReadWithId(payload, start);
        if (id != lastId + 1)
        {
            throw new ImageException(start, $"the id is {id}, out of sequence: the next is {lastId + 1}");
        }

        foreach (var reference in fieldsReader.References)
        {
            if (reference.Id == 0 || reference.Id >= id)
            {
                throw new ImageException(reference.Offset, DescribeFault(reference.Id, id));
            }
        }

        lastId = id;
        return (id, fields);
    }

    private static string DescribeFault(ulong reference, ulong id) =>
        reference == 0 ? $"object {id} has a dangling reference, to object 0, which never exists"
        : reference == id ? $"object {id} refers to itself"
        : $"object {id} has a forward reference, to object {reference}";

    private void CheckOwner(ulong owner, long start)
    {
        if (owner == 0 || owner > lastId)
        {
            throw new ImageException(start, $"the owner is object {owner}, which does not exist at this point; the last is {lastId}");
        }
    }
}
