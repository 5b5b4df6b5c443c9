using CrStream.Abstractions;
using CrStream.Engine;
using CrStream.Image;

namespace CrStream.Cli;

/// <summary>Reads an image for <c>inspect</c> and <c>verify</c>: all of it is checked, pages and data are only counted.</summary>
internal static class ContentsReader
{
    /// <summary>Reads an image.</summary>
    /// <param name="image">The bare image, without any layer around it.</param>
    /// <param name="progress">Hears how far it is, or null.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ImageException">It is not well-formed, or does not match its terminator.</exception>
    public static async Task<ImageContents> ReadAsync(Stream image, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        using var reader = new ImageReader(image);
        var header = await reader.ReadHeaderAsync(cancellation);
        var objects = new List<DescribedObject>();
        var bulk = new Dictionary<ulong, Bulk>();
        while (await reader.ReadAsync(cancellation) is { } found)
        {
            switch (found)
            {
                case PagesObject pages:
                    var held = bulk.GetValueOrDefault(pages.Owner);
                    bulk[pages.Owner] = held with { Pages = held.Pages + pages.Count };
                    break;
                case DataObject data:
                    var owned = bulk.GetValueOrDefault(data.Owner);
                    bulk[data.Owner] = owned with { DataBytes = owned.DataBytes + data.Bytes.Length };
                    break;
                case TypeDeclaration declaration:
                    objects.Add(new(declaration.Id, CoreTypes.TypeDeclaration, Describe(declaration)));
                    break;
                case FieldsObject described:
                    objects.Add(new(described.Id, described.Type, described.Fields));
                    break;
            }

            progress?.Report(new("read", reader.Position, 0));
        }

        return new()
        {
            Header = header,
            Objects = objects,
            Bulk = bulk,
            ObjectCount = (long)reader.Objects,
            Bytes = reader.Position,
            Xxh128 = reader.Xxh128,
        };
    }

    private static Fields Describe(TypeDeclaration declaration) => new()
    {
        ["number"] = declaration.Number,
        ["name"] = declaration.Declared.Name,
        ["version"] = declaration.Declared.Version,
        ["provider"] = declaration.Provider,
    };
}
