using CrStream.Abstractions;

namespace CrStream.Engine.Tasks;

/// <summary>Which timed system call a task was interrupted in, whose restart the kernel keeps in a restart block.</summary>
internal enum TimedCallKind
{
    /// <summary>nanosleep(2), or a relative clock_nanosleep(2).</summary>
    Sleep,

    /// <summary>poll(2).</summary>
    Poll,

    /// <summary>A futex(2) wait, whose end is an absolute time.</summary>
    Futex,
}

/// <summary>A system call that is to be finished with the time that is left.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Clock">The clock of a sleep; CLOCK_MONOTONIC for the others.</param>
/// <param name="Remaining">The time that was left at the freeze, in nanoseconds.</param>
/// <param name="Arguments">The kernel's own notes for the restart: of a sleep, where the time that is left is stored at a signal; of a poll, the descriptors and their number; of a futex, address, value, operation and bit set.</param>
internal sealed record TimedCall(TimedCallKind Kind, int Clock, long Remaining, IReadOnlyList<ulong> Arguments)
{
    public Fields ToFields() => new()
    {
        ["kind"] = Kind switch { TimedCallKind.Sleep => "sleep", TimedCallKind.Poll => "poll", _ => "futex" },
        ["clock"] = Clock,
        ["remaining"] = Remaining,
        ["arguments"] = Value.Array(Arguments.Select(argument => (Value)argument)),
    };

    public static TimedCall From(Fields fields)
    {
        var kind = fields.Text("kind") switch
        {
            "sleep" => TimedCallKind.Sleep,
            "poll" => TimedCallKind.Poll,
            "futex" => TimedCallKind.Futex,
            _ => throw new FieldException("kind", "is no timed call that this version knows"),
        };
        var count = kind switch { TimedCallKind.Sleep => 1, TimedCallKind.Poll => 2, _ => 4 };
        return new(kind, fields.Int32("clock"), fields.Int64("remaining"),
            fields.Array("arguments") is var arguments && arguments.Count == count ? [.. arguments.Select(argument => argument.AsUInt64())] : throw new FieldException("arguments", $"has not {count} numbers"));
    }
}
