using CrStream.Abstractions;
using CrStream.Linux.Architectures;
using CrStream.Linux.Bpf;
using CrStream.Linux.Processes;

namespace CrStream.Engine.Tasks;

/// <summary>Tells how much time a call has left that a task was interrupted in.</summary>
internal static class TimedCallCollector
{
    private const long ERESTART_RESTARTBLOCK = 516;
    private const int FUTEX_CMD_MASK = 0x7F;
    private const int FUTEX_WAIT_BITSET = 9;
    private const int FUTEX_PRIVATE_FLAG = 128;
    private const int FUTEX_CLOCK_REALTIME = 256;
    private const int CLOCK_REALTIME = 0;

    /// <summary>
    /// The call to be finished with the time that is left. Null where the task is in none, where its end is an absolute
    /// time of the caller's own, which the call made again brings along, and where the kernel's notes are not known.
    /// </summary>
    public static TimedCall? Collect(Registers registers, RestartBlock? restart)
    {
        if (registers.SystemCallNumber < 0 || registers.Result != -ERESTART_RESTARTBLOCK)
        {
            return null;
        }

        return restart switch
        {
            SleepRestart { Clock: >= 0 } sleep => new(TimedCallKind.Sleep, sleep.Clock, Left(sleep.Expires, sleep.Clock), [sleep.Remainder]),
            PollRestart { Expires: { } expires } poll => new(TimedCallKind.Poll, Clocks.CLOCK_MONOTONIC, Left(expires, Clocks.CLOCK_MONOTONIC), [poll.Descriptors, poll.Count]),
            FutexRestart futex when !IsMadeAgain(registers) => Futex(futex),
            _ => null,
        };
    }

    /// <summary>A wait until an absolute time, still under its own number: made again, it ends at the same time.</summary>
    private static bool IsMadeAgain(Registers registers) =>
        Processor.Current.CallWith(registers.SystemCallNumber) == SystemCall.futex && (registers.Argument(1) & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET;

    private static TimedCall Futex(FutexRestart futex)
    {
        var clock = futex.IsRealtime ? CLOCK_REALTIME : Clocks.CLOCK_MONOTONIC;
        var operation = FUTEX_WAIT_BITSET | (futex.IsShared ? 0 : FUTEX_PRIVATE_FLAG) | (futex.IsRealtime ? FUTEX_CLOCK_REALTIME : 0);
        return new(TimedCallKind.Futex, clock, Left(futex.Expires, clock), [futex.Address, futex.Value, (ulong)operation, futex.Bitset]);
    }

    private static long Left(long expires, int clock) => Math.Max(0, expires - Clocks.Now(clock));
}
