using CrStream.Abstractions;

namespace CrStream.NamelessFiles;

/// <summary>What the image says of a memfd, apart from its contents.</summary>
/// <param name="Name">As given to memfd_create(2).</param>
/// <param name="Attributes">Owner, permissions, size and time.</param>
/// <param name="Seals">F_GET_SEALS: <see cref="F_SEAL_SEAL"/> alone where it was made without MFD_ALLOW_SEALING.</param>
internal sealed record MemfdRecord(string Name, FileAttributes Attributes, int Seals)
{
    /// <summary>No more seals (fcntl(2), and the others).</summary>
    internal const int F_SEAL_SEAL = 1;

    internal const int F_SEAL_WRITE = 8;
    internal const int F_SEAL_FUTURE_WRITE = 16;

    private const string Prefix = "/memfd:";

    /// <summary>Whether that is what /proc calls a memfd.</summary>
    internal static bool IsLink(string link) => link.StartsWith(Prefix, StringComparison.Ordinal) && DeletedFileRecord.IsMarked(link);

    internal static string NameOf(string link) => DeletedFileRecord.PathOf(link)[Prefix.Length..];

    /// <summary>Whether mappings may have come before the seals that could not be made behind them.</summary>
    internal bool SealsLast => (Seals & (F_SEAL_FUTURE_WRITE | F_SEAL_WRITE)) == F_SEAL_FUTURE_WRITE;

    internal Fields Write()
    {
        var fields = Attributes.AddTo(new() { ["name"] = Name });
        fields["seals"] = Seals;
        return fields;
    }

    internal static MemfdRecord Read(Fields fields) => new(
        fields.Text("name") is var name && !name.Contains('\0') ? name : throw new FieldException("name", "has a zero byte"),
        FileAttributes.Read(fields), fields.Int32("seals"));
}
