using CrStream.Abstractions;

namespace CrStream.SystemV;

/// <summary>What the image says of a message queue, apart from its messages.</summary>
/// <param name="Identity">What all System V objects have.</param>
/// <param name="Capacity">How many bytes it holds (msg_qbytes).</param>
/// <param name="Messages">How many stand in it.</param>
internal sealed record QueueRecord(SysvIdentity Identity, ulong Capacity, int Messages)
{
    internal Fields Write()
    {
        var fields = Identity.Write();
        (fields["capacity"], fields["messages"]) = (Capacity, Messages);
        return fields;
    }

    internal static QueueRecord Read(Fields fields) => new(SysvIdentity.Read(fields), fields.UInt64("capacity"), fields.Int32("messages"));
}
