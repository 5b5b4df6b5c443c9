using CrStream.Abstractions;

namespace CrStream.EventFiles.TimerFd;

/// <summary>Reads a timer file without taking ticks out of it. It runs on while the tasks stand still, so it is read late.</summary>
internal sealed class TimerFdReading(OpenFile file, IKernel kernel)
{
    private const int ItimerspecLength = 32;
    private const int Looks = 100;

    private readonly TimerFdState found = TimerFdState.Parse(file.FdInfo);

    internal TimerFdRecord Read()
    {
        using var duplicate = file.Duplicate();
        var state = TimerFdState.Parse(FdInfoText.Read(kernel, duplicate));
        for (var look = 1; state.IsBetweenExpiryAndTick(found) && look < Looks; look++)
        {
            Thread.Sleep(1);
            state = TimerFdState.Parse(FdInfoText.Read(kernel, duplicate));
        }

        if (state.StandsStill)
        {
            // To ask for the time counts what has expired, as a read would, and starts it again.
            var program = new SyscallProgram();
            program.Call(SystemCall.timerfd_gettime, duplicate.Number(), program.Reserve(ItimerspecLength));
            kernel.Run(program);
            state = TimerFdState.Parse(FdInfoText.Read(kernel, duplicate));
        }

        return new(state.Clock, state.Flags, state.Ticks, state.Interval, Expiry(state));
    }

    /// <summary>A period may be so short that the next expiry is due again.</summary>
    private long? Expiry(TimerFdState state) => state switch
    {
        { IsArmed: false } => null,
        { IsAbsolute: true } => TimerFdClock.Now(kernel, state.Clock) + Math.Max(1, state.Value),
        _ => Math.Max(1, state.Value),
    };
}
