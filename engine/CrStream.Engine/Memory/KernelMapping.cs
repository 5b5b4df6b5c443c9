using CrStream.Abstractions;

namespace CrStream.Engine.Memory;

/// <summary>A mapping that the kernel itself provides: [vdso], [vvar] and [vvar_vclock]. They move together.</summary>
/// <param name="Name">As in /proc/PID/maps.</param>
/// <param name="Start">The first address.</param>
/// <param name="End">The address behind the last one.</param>
internal sealed record KernelMapping(string Name, ulong Start, ulong End)
{
    /// <summary>The names that there may be.</summary>
    public static readonly string[] Names = ["[vvar]", "[vvar_vclock]", "[vdso]"];

    /// <summary>The legacy page at a fixed address of its own, which every process has: it belongs to no address space.</summary>
    public const string Vsyscall = "[vsyscall]";

    public Fields ToFields() => new() { ["name"] = Name, ["start"] = Start, ["end"] = End };

    public static KernelMapping From(Fields fields) => new(
        fields.Text("name") is var name && Names.Contains(name) ? name : throw new FieldException("name", "is no mapping of the kernel's that this version knows"),
        fields.UInt64("start"), fields.UInt64("end") is var end && end > fields.UInt64("start") ? end : throw new FieldException("end", "is not behind the start"));
}
