namespace CrStream.Cli.Tests;

public sealed class SignalsTests
{
    [Fact]
    public void Ending_signal_cancels()
    {
        using var signals = new Signals();
        signals.Deliver(15);
        Assert.True(signals.Token.IsCancellationRequested);
    }

    [Fact]
    public void Other_signal_does_not_cancel()
    {
        using var signals = new Signals();
        signals.Deliver(10);
        Assert.False(signals.Token.IsCancellationRequested);
    }

    [Fact]
    public void Signals_that_came_before_the_process_reach_it()
    {
        var seen = new List<int>();
        using var signals = new Signals();
        signals.Hold();
        signals.Deliver(10);
        signals.Deliver(2);
        signals.RelayTo(seen.Add);
        signals.Deliver(12);
        Assert.Equal([10, 2, 12], seen);
        Assert.True(signals.Token.IsCancellationRequested);
    }
}
