using CrStream.Linux.Acting;
using CsCheck;

namespace CrStream.Linux.Tests.Acting;

public sealed class NotificationSignalTests
{
    private const ulong Urg = 1UL << 22;
    private const ulong Winch = 1UL << 27;
    private const ulong Chld = 1UL << 16;

    [Theory]
    [InlineData(0, 0, 0, 23)]
    [InlineData(Urg, 0, 0, 28)]
    [InlineData(0, Urg, 0, 28)]
    [InlineData(0, 0, Urg, 28)]
    [InlineData(Urg, Winch, 0, 17)]
    [InlineData(Chld, Winch, Urg, NotificationSignal.None)]
    [InlineData(ulong.MaxValue, 0, 0, NotificationSignal.None)]
    public void First_free_one_is_chosen(ulong caught, ulong blocked, ulong pending, int signal) =>
        Assert.Equal(signal, NotificationSignal.Choose(caught, blocked, pending));

    /// <summary>SIGCONT would let a stopped process go on, and throw its pending stop signals away.</summary>
    [Fact]
    public void Chosen_one_is_free_and_does_nothing_by_default() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong).Sample((caught, blocked, pending) =>
        {
            var signal = NotificationSignal.Choose(caught & blocked, blocked & pending, caught & pending);
            return signal == NotificationSignal.None
                || (signal is 23 or 28 or 17 && (NotificationSignal.Bit(signal) & ((caught & blocked) | (blocked & pending) | (caught & pending))) == 0);
        });

    [Theory]
    [InlineData(NotificationSignal.None, 0)]
    [InlineData(1, 1)]
    [InlineData(64, 1UL << 63)]
    public void A_set_of_one_signal_has_its_bit(int signal, ulong bit) => Assert.Equal(bit, NotificationSignal.Bit(signal));
}
