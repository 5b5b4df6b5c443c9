using CrStream.Abstractions;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Tasks;

/// <summary>A task's credentials (<c>struct cred</c>); see credentials(7) and capabilities(7).</summary>
internal sealed record CredentialState
{
    /// <summary>The real, effective, saved and file system user id.</summary>
    public required IReadOnlyList<uint> Uids { get; init; }

    /// <summary>The same for the group.</summary>
    public required IReadOnlyList<uint> Gids { get; init; }

    /// <summary>The supplementary groups.</summary>
    public required IReadOnlyList<uint> Groups { get; init; }

    /// <summary>The inheritable, permitted, effective, bounding and ambient sets: bit N for capability N.</summary>
    public required IReadOnlyList<ulong> Capabilities { get; init; }

    /// <summary>SECBIT_ flags.</summary>
    public required uint SecureBits { get; init; }

    /// <summary>Whether execve(2) may give no more privileges.</summary>
    public required bool NoNewPrivileges { get; init; }

    public const int Inheritable = 0;
    public const int Permitted = 1;
    public const int Effective = 2;
    public const int Bounding = 3;
    public const int Ambient = 4;

    public static CredentialState From(ProcStatus status, uint secureBits) => new()
    {
        Uids = [status.Uid.Real, status.Uid.Effective, status.Uid.Saved, status.Uid.FileSystem],
        Gids = [status.Gid.Real, status.Gid.Effective, status.Gid.Saved, status.Gid.FileSystem],
        Groups = status.Groups,
        Capabilities = [status.CapInh, status.CapPrm, status.CapEff, status.CapBnd, status.CapAmb],
        SecureBits = secureBits,
        NoNewPrivileges = status.NoNewPrivs,
    };

    public Fields ToFields() => new()
    {
        ["uids"] = Value.Array(Uids.Select(id => (Value)id)),
        ["gids"] = Value.Array(Gids.Select(id => (Value)id)),
        ["groups"] = Value.Array(Groups.Select(id => (Value)id)),
        ["capabilities"] = Value.Array(Capabilities.Select(set => (Value)set)),
        ["secure_bits"] = SecureBits,
        ["no_new_privs"] = NoNewPrivileges,
    };

    public static CredentialState From(Fields fields) => new()
    {
        Uids = Ids(fields, "uids", 4),
        Gids = Ids(fields, "gids", 4),
        Groups = [.. fields.Array("groups").Select(id => id.AsUInt32())],
        Capabilities = fields.Array("capabilities") is { Count: 5 } sets ? [.. sets.Select(set => set.AsUInt64())] : throw new FieldException("capabilities", "has not five sets"),
        SecureBits = fields.UInt32("secure_bits"),
        NoNewPrivileges = fields.Boolean("no_new_privs"),
    };

    private static uint[] Ids(Fields fields, string key, int count) =>
        fields.Array(key) is var ids && ids.Count == count ? [.. ids.Select(id => id.AsUInt32())] : throw new FieldException(key, $"has not {count} ids");
}
