using System.Buffers.Binary;
using CrStream.Abstractions;

namespace CrStream.Engine.Tasks;

/// <summary>How a task is scheduled; see sched(7). The fields of <c>struct sched_attr</c>, the affinity and the I/O priority.</summary>
/// <param name="Policy">SCHED_OTHER and so on.</param>
/// <param name="Flags">SCHED_FLAG_RESET_ON_FORK and so on.</param>
/// <param name="Nice">From -20 to 19.</param>
/// <param name="Priority">The priority of a real-time policy.</param>
/// <param name="Runtime">Of SCHED_DEADLINE, in nanoseconds; of SCHED_OTHER, the time slice that was asked for.</param>
/// <param name="DeadlineTime">Of SCHED_DEADLINE, in nanoseconds.</param>
/// <param name="Period">Of SCHED_DEADLINE, in nanoseconds.</param>
/// <param name="Affinity">The processors it may run on: bit N for processor N.</param>
/// <param name="IoPriority">As ioprio_get(2) has it.</param>
internal sealed record SchedulingState(
    uint Policy, ulong Flags, int Nice, uint Priority, ulong Runtime, ulong DeadlineTime, ulong Period, ReadOnlyMemory<byte> Affinity, long IoPriority)
{
    // SCHED_ATTR_SIZE_VER0 (include/uapi/linux/sched/types.h).
    private const int AttributesLength = 48;
    private const int AffinityLength = 128;
    private const int IOPRIO_WHO_PROCESS = 1;
    private const uint SCHED_OTHER = 0;
    private const uint SCHED_BATCH = 3;

    public Fields ToFields() => new()
    {
        ["policy"] = Policy,
        ["flags"] = Flags,
        ["nice"] = Nice,
        ["priority"] = Priority,
        ["runtime"] = Runtime,
        ["deadline"] = DeadlineTime,
        ["period"] = Period,
        ["affinity"] = Value.Bytes(Affinity),
        ["io_priority"] = IoPriority,
    };

    public static SchedulingState From(Fields fields) => new(
        fields.UInt32("policy"), fields.UInt64("flags"), fields.Int32("nice"), fields.UInt32("priority"),
        fields.UInt64("runtime"), fields.UInt64("deadline"), fields.UInt64("period"), fields.Bytes("affinity"), fields.Int64("io_priority"));

    /// <summary>Appends the calls that read the state; the function reads it from the outcome.</summary>
    public static Func<SyscallOutcome, SchedulingState> Ask(SyscallProgram program)
    {
        var attributes = program.Reserve(AttributesLength);
        var affinity = program.Reserve(AffinityLength);
        program.Call(SystemCall.sched_getattr, 0, attributes, AttributesLength, 0);
        var length = program.Call(SystemCall.sched_getaffinity, 0, AffinityLength, affinity);
        var ioPriority = program.Call(SystemCall.ioprio_get, IOPRIO_WHO_PROCESS, 0);
        return outcome =>
        {
            var bytes = outcome[attributes];
            return new(
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]),
                outcome[affinity][..(int)outcome[length]].ToArray(),
                outcome[ioPriority]);
        };
    }

    /// <summary>Sets the state inside a task, where it is not what the restorer has itself.</summary>
    /// <param name="program">Appended to.</param>
    /// <param name="own">What the task has.</param>
    public void AppendTo(SyscallProgram program, SchedulingState own)
    {
        if (!Affinity.Span.SequenceEqual(own.Affinity.Span))
        {
            program.Call(SystemCall.sched_setaffinity, 0, Affinity.Length, program.Store(Affinity.Span));
        }

        if (IoPriority != own.IoPriority)
        {
            program.Call(SystemCall.ioprio_set, IOPRIO_WHO_PROCESS, 0, IoPriority);
        }

        if (this with { Affinity = own.Affinity, IoPriority = own.IoPriority } != own)
        {
            program.Call(SystemCall.sched_setattr, 0, program.Store(Attributes()), 0);
        }
    }

    private byte[] Attributes()
    {
        var bytes = new byte[AttributesLength];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, AttributesLength);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Policy);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), Flags);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), Nice);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), Priority);

        // For a fair policy the time slice is a wish that the kernel rounds; 0 leaves it alone.
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), Policy is SCHED_OTHER or SCHED_BATCH ? 0 : Runtime);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), DeadlineTime);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), Period);
        return bytes;
    }
}
