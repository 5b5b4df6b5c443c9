namespace CrStream.Cli.Tests;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(5L << 40, "5.0 TiB")]
    public void Bytes_have_the_unit_that_keeps_them_short(long bytes, string text) => Assert.Equal(text, Quantity.Bytes(bytes));

    [Theory]
    [InlineData(0.0000421, "42 µs")]
    [InlineData(0.0042, "4.2 ms")]
    [InlineData(0.42, "420 ms")]
    [InlineData(4.21, "4.2 s")]
    [InlineData(421, "421 s")]
    public void Durations_have_the_unit_that_keeps_them_short(double seconds, string text) => Assert.Equal(text, Quantity.Duration(TimeSpan.FromSeconds(seconds)));
}
