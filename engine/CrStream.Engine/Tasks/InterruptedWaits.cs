using CrStream.Linux.Acting;
using CrStream.Linux.Bpf;
using CrStream.Linux.Processes;

namespace CrStream.Engine.Tasks;

/// <summary>
/// Calls that the freeze has ended with EINTR, and that are made again: where it is known when they would have ended, they
/// get the time that was left, so that a task that is checkpointed again and again still comes to the end of its wait.
/// </summary>
internal static class InterruptedWaits
{
    /// <summary>Shortens the waits.</summary>
    /// <param name="tasks">The frozen tasks.</param>
    /// <param name="before">How they slept right before the freeze.</param>
    /// <param name="after">What they are in it: a thread that has gone to sleep once since, in its stop, slept as it had been seen.</param>
    public static void Shorten(IEnumerable<FrozenTask> tasks, IReadOnlyDictionary<int, TimedSleep> before, IReadOnlyDictionary<int, TimedSleep> after)
    {
        foreach (var task in tasks)
        {
            if (before.GetValueOrDefault(task.Tid) is { Ends: { } ends } slept && after.GetValueOrDefault(task.Tid) is { } stopped && stopped.Switches - slept.Switches <= 1)
            {
                task.ShortenMendedCall(Math.Max(0, ends - Clocks.Now(Clocks.CLOCK_MONOTONIC)));
            }
        }
    }
}
