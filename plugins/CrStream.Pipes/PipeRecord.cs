using CrStream.Abstractions;

namespace CrStream.Pipes;

/// <summary>What the image says of a pipe, apart from its contents.</summary>
/// <param name="Link">What it was called, such as <c>pipe:[4711]</c>; only errors use it.</param>
/// <param name="Uid">The owner, who may open it again by /proc/PID/fd.</param>
/// <param name="Gid">The owning group.</param>
/// <param name="Load">What stands in it.</param>
internal sealed record PipeRecord(string Link, uint Uid, uint Gid, PipeLoad Load)
{
    internal Fields Write() => Load.AddTo(new() { ["link"] = Link, ["uid"] = Uid, ["gid"] = Gid });

    internal static PipeRecord Read(Fields fields) => new(fields.Text("link"), fields.UInt32("uid"), fields.UInt32("gid"), PipeLoad.Read(fields));
}
