using CrStream.Abstractions;

namespace CrStream.SystemV;

/// <summary>What the image says of a semaphore set.</summary>
/// <param name="Identity">What all System V objects have.</param>
/// <param name="Values">Of each semaphore.</param>
/// <param name="IsUsed">There was a semop(2) on it (sem_otime), which programs take for a sign that it has been initialized.</param>
internal sealed record SemaphoreRecord(SysvIdentity Identity, IReadOnlyList<ushort> Values, bool IsUsed)
{
    internal const ushort SEMVMX = 32767;

    internal Fields Write()
    {
        var fields = Identity.Write();
        fields["values"] = Value.Array(Values.Select(value => (Value)(uint)value));
        return fields.AddIfAny("used", IsUsed ? true : null);
    }

    internal static SemaphoreRecord Read(Fields fields)
    {
        var values = fields.Array("values").Select(value => value.AsUInt32()).ToArray();
        return values.Length > 0 && values.All(value => value <= SEMVMX)
            ? new(SysvIdentity.Read(fields), [.. values.Select(value => (ushort)value)], fields.Boolean("used"))
            : throw new FieldException("values", "is empty, or has one that no semaphore can have");
    }
}
