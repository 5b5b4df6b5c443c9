using CrStream.Abstractions;

namespace CrStream.SystemV;

/// <summary>What all System V objects have.</summary>
/// <param name="Id">What the tasks call it by.</param>
/// <param name="Key">What it is found by; 0 (IPC_PRIVATE) for none.</param>
/// <param name="Mode">The permission bits.</param>
/// <param name="Uid">The owner.</param>
/// <param name="Gid">The owning group.</param>
/// <param name="CreatorUid">Who made it.</param>
/// <param name="CreatorGid">With which group.</param>
/// <param name="Changed">When it was made or changed, in seconds since 1970: with the key it tells whether the one that is there is the same.</param>
internal sealed record SysvIdentity(int Id, int Key, int Mode, uint Uid, uint Gid, uint CreatorUid, uint CreatorGid, long Changed)
{
    private const int PermissionBits = 0x1FF;

    internal static SysvIdentity Of(SysvRow row) => new(
        row.Id, row.Key, row.Mode & PermissionBits, (uint)row["uid"], (uint)row["gid"], (uint)row["cuid"], (uint)row["cgid"], row["ctime"]);

    internal bool IsSame(SysvRow row) => row.Id == Id && row.Key == Key && row["ctime"] == Changed;

    internal Fields Write() => new()
    {
        ["object"] = Id,
        ["key"] = Key,
        ["mode"] = Mode,
        ["uid"] = Uid,
        ["gid"] = Gid,
        ["cuid"] = CreatorUid,
        ["cgid"] = CreatorGid,
        ["ctime"] = Changed,
    };

    internal static SysvIdentity Read(Fields fields) => new(
        fields.Int32("object") is >= 0 and var id ? id : throw new FieldException("object", "is negative"), fields.Int32("key"),
        fields.Int32("mode") & PermissionBits, fields.UInt32("uid"), fields.UInt32("gid"), fields.UInt32("cuid"), fields.UInt32("cgid"), fields.Int64("ctime"));
}
