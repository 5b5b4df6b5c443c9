using CrStream.Abstractions;

namespace CrStream.Pipes;

/// <summary>What the image says of a pipe, apart from its contents.</summary>
/// <param name="Link">What it was called, such as <c>pipe:[4711]</c>; only errors use it.</param>
/// <param name="Capacity">In bytes (F_GETPIPE_SZ).</param>
/// <param name="Length">How many bytes stand in it.</param>
/// <param name="Packets">These are packets (O_DIRECT), a <c>data</c> object each; otherwise a stream of bytes.</param>
/// <param name="Uid">The owner, who may open it again by /proc/PID/fd.</param>
/// <param name="Gid">The owning group.</param>
internal sealed record PipeRecord(string Link, int Capacity, int Length, bool Packets, uint Uid, uint Gid)
{
    internal Fields Write() => new Fields
    {
        ["link"] = Link,
        ["capacity"] = Capacity,
        ["length"] = Length,
        ["uid"] = Uid,
        ["gid"] = Gid,
    }.AddIfAny("packets", Packets ? true : null);

    internal static PipeRecord Read(Fields fields) => new(
        fields.Text("link"), Positive(fields, "capacity"), fields.Int32("length"), fields.Boolean("packets"), fields.UInt32("uid"), fields.UInt32("gid"));

    private static int Positive(Fields fields, string key) =>
        fields.Int32(key) is > 0 and var number ? number : throw new FieldException(key, "is not above zero");
}
