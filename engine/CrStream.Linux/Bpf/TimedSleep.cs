using System.Buffers.Binary;

namespace CrStream.Linux.Bpf;

/// <summary>A thread that sleeps with a time limit, or that did not sleep so when it was looked at.</summary>
/// <param name="Tid">The thread's number in the reader's pid namespace.</param>
/// <param name="Switches">How often it has gone to sleep so far (nvcsw): the same sleep as long as this is the same.</param>
/// <param name="Ends">When it ends, on CLOCK_MONOTONIC in nanoseconds; null where there is no limit, or it is not asleep.</param>
public sealed record TimedSleep(int Tid, long Switches, long? Ends)
{
    private const long LongestSlack = 1_000_000_000;

    /// <summary>
    /// Finds the struct hrtimer_sleeper that a sleeping thread has on its kernel stack (kernel/time/sleep_timeout.c,
    /// schedule_hrtimeout_range_clock): it is known by the thread that it wakes, and by two times that fit each other.
    /// </summary>
    /// <param name="stack">The stack from its lowest address in use.</param>
    /// <param name="task">The address of the thread's task_struct.</param>
    /// <param name="wakes">Where the structure has the thread that it wakes.</param>
    /// <param name="wanted">Where it has the time that was asked for.</param>
    /// <param name="latest">Where it has the time at which it expires at the latest.</param>
    internal static long? FindEnd(ReadOnlySpan<byte> stack, ulong task, int wakes, int wanted, int latest)
    {
        for (var start = 0; start + wakes + sizeof(ulong) <= stack.Length; start += sizeof(ulong))
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(stack[(start + wakes)..]) == task
                && BinaryPrimitives.ReadInt64LittleEndian(stack[(start + wanted)..]) is > 0 and var soft
                && BinaryPrimitives.ReadInt64LittleEndian(stack[(start + latest)..]) - soft is >= 0 and <= LongestSlack)
            {
                return soft;
            }
        }

        return null;
    }
}
