using CrStream.Abstractions;

namespace CrStream.SystemV;

/// <summary>What the image says of a shared memory segment, apart from its contents.</summary>
/// <param name="Identity">What all System V objects have.</param>
/// <param name="Size">In bytes.</param>
/// <param name="IsRemoved">It goes away with its last attachment (IPC_RMID).</param>
/// <param name="IsLocked">It is kept in memory (SHM_LOCK).</param>
internal sealed record SegmentRecord(SysvIdentity Identity, long Size, bool IsRemoved, bool IsLocked)
{
    private const int SHM_DEST = 0x200;
    private const int SHM_LOCKED = 0x400;

    /// <param name="row">What the kernel says.</param>
    /// <param name="key">The key with which it was made: one that is removed has it no more.</param>
    internal static SegmentRecord Of(SysvRow row, int key) => new(
        SysvIdentity.Of(row) with { Key = key }, row["size"], (row.Mode & SHM_DEST) != 0, (row.Mode & SHM_LOCKED) != 0);

    internal Fields Write()
    {
        var fields = Identity.Write();
        fields["size"] = Size;
        return fields.AddIfAny("removed", IsRemoved ? true : null).AddIfAny("locked", IsLocked ? true : null);
    }

    internal static SegmentRecord Read(Fields fields) => new(
        SysvIdentity.Read(fields), fields.Int64("size") is > 0 and var size ? size : throw new FieldException("size", "is not above zero"),
        fields.Boolean("removed"), fields.Boolean("locked"));
}
