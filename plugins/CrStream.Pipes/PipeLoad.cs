using CrStream.Abstractions;

namespace CrStream.Pipes;

/// <summary>How much stands in a pipe, and in what.</summary>
/// <param name="Capacity">In bytes (F_GETPIPE_SZ).</param>
/// <param name="Length">How many bytes stand in it.</param>
/// <param name="Packets">These are packets (O_DIRECT), a <c>data</c> object each; otherwise a stream of bytes.</param>
internal sealed record PipeLoad(int Capacity, int Length, bool Packets)
{
    internal Fields AddTo(Fields fields)
    {
        (fields["capacity"], fields["length"]) = (Capacity, Length);
        return fields.AddIfAny("packets", Packets ? true : null);
    }

    internal static PipeLoad Read(Fields fields) => new(
        fields.Int32("capacity") is > 0 and var capacity ? capacity : throw new FieldException("capacity", "is not above zero"),
        fields.Int32("length"), fields.Boolean("packets"));
}
