using CrStream.Abstractions;
using CrStream.Linux.Proc;

namespace CrStream.Engine.Memory;

/// <summary>What a mapping is, which decides how it is made again.</summary>
internal enum VmaKind
{
    /// <summary>Private memory without a file.</summary>
    Anonymous,

    /// <summary>A private mapping of a file: pages that were written belong to the address space.</summary>
    PrivateFile,

    /// <summary>A shared mapping of a file, shared anonymous memory included: pages belong to the file.</summary>
    SharedFile,
}

/// <summary>A mapping of an address space (<c>struct vm_area_struct</c>).</summary>
/// <param name="Start">The first address.</param>
/// <param name="End">The address behind the last one.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Protection">The access that is allowed.</param>
/// <param name="Flags">Those of the kernel's flags that a restore sets again.</param>
/// <param name="File">The id of the <c>file</c> object that is mapped; 0 for none.</param>
/// <param name="Offset">In that file, in bytes.</param>
/// <param name="Name">The name given by PR_SET_VMA_ANON_NAME, or null.</param>
/// <param name="Guards">Guard regions (MADV_GUARD_INSTALL): start and end addresses.</param>
internal sealed record VmaState(
    ulong Start, ulong End, VmaKind Kind, Protection Protection, VmFlags Flags, ulong File, ulong Offset, string? Name, IReadOnlyList<(ulong Start, ulong End)> Guards)
{
    /// <summary>The flags that a restore sets again, by their letters in /proc/PID/smaps.</summary>
    public static readonly (VmFlags Flag, string Letters)[] CarriedFlags =
    [
        (VmFlags.GrowsDown, "gd"), (VmFlags.NoReserve, "nr"), (VmFlags.Locked, "lo"), (VmFlags.LockOnFault, "lf"),
        (VmFlags.SequentialRead, "sr"), (VmFlags.RandomRead, "rr"), (VmFlags.DontCopy, "dc"), (VmFlags.WipeOnFork, "wf"),
        (VmFlags.DontDump, "dd"), (VmFlags.HugePage, "hg"), (VmFlags.NoHugePage, "nh"), (VmFlags.Mergeable, "mg"),
    ];

    public ulong Length => End - Start;

    /// <summary>Whether others map pages of it too; known at the checkpoint only.</summary>
    public bool HasSharedPages { get; init; }

    public Fields ToFields(Value? file)
    {
        var fields = new Fields
        {
            ["start"] = Start,
            ["end"] = End,
            ["kind"] = Kind switch { VmaKind.Anonymous => "anonymous", VmaKind.PrivateFile => "private", _ => "shared" },
            ["protection"] = (int)Protection,
            ["flags"] = Value.Array(CarriedFlags.Where(carried => Flags.HasFlag(carried.Flag)).Select(carried => (Value)carried.Letters)),
        };
        if (file is not null)
        {
            fields["file"] = file;
            fields["offset"] = Offset;
        }

        fields.AddIfAny("name", Name is null ? null : (Value)Name);
        return fields.AddIfAny("guards", Guards.Count == 0 ? null : Value.Array(Guards.Select(guard => Value.Array([guard.Start, guard.End]))));
    }

    public static VmaState From(Fields fields)
    {
        var kind = fields.Text("kind") switch
        {
            "anonymous" => VmaKind.Anonymous,
            "private" => VmaKind.PrivateFile,
            "shared" => VmaKind.SharedFile,
            _ => throw new FieldException("kind", "is no kind of mapping that this version knows"),
        };
        var (start, end) = (fields.UInt64("start"), fields.UInt64("end"));
        if (start >= end || ((start | end) & 0xFFF) != 0)
        {
            throw new FieldException("end", $"makes no range of pages: 0x{start:x} to 0x{end:x}");
        }

        return new(
            start, end, kind, (Protection)(fields.Int32("protection") & 7), ParseFlags(fields),
            kind == VmaKind.Anonymous ? 0 : fields.Reference("file"), kind == VmaKind.Anonymous ? 0 : fields.UInt64("offset"),
            fields.Find("name") is null ? null : fields.Text("name"),
            fields.Find("guards") is null ? [] : [.. fields.Array("guards").Select(pair => (pair.AsArray()[0].AsUInt64(), pair.AsArray()[1].AsUInt64()))]);
    }

    private static VmFlags ParseFlags(Fields fields)
    {
        var flags = VmFlags.None;
        foreach (var letters in fields.Array("flags").Select(flag => flag.AsText()))
        {
            var known = CarriedFlags.FirstOrDefault(carried => carried.Letters == letters);
            flags |= known.Letters is null ? throw new FieldException("flags", $"has the mapping flag \"{letters}\", which this version does not know") : known.Flag;
        }

        return flags;
    }
}
