using CrStream.Engine.Namespaces;

namespace CrStream.Engine.Tests.Namespaces;

public sealed class TimeOffsetsTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData("monotonic           0         0\nboottime            0         0\n", 0, 0)]
    [InlineData("monotonic       86400 250000000\nboottime      -864000 500000000\n", (86400 * Second) + 250_000_000, (-864000 * Second) + 500_000_000)]
    public void Offsets_are_read_and_written_as_the_kernel_has_them(string text, long monotonic, long boottime)
    {
        var offsets = TimeOffsets.Parse(text);
        Assert.Equal(new TimeOffsets(monotonic, boottime), offsets);
        Assert.Equal(offsets, TimeOffsets.Parse(offsets.ToString()));
    }

    [Fact]
    public void Clocks_go_on_with_the_same_offsets_where_time_has_passed() =>
        Assert.Equal(new TimeOffsets(100, 200), TimeOffsets.From(new TimeOffsets(100, 200).ToSettings(1000, 2000), monotonic: 5000, boottime: 6000));

    [Fact]
    public void Clocks_do_not_go_back_on_a_machine_that_was_started_later() =>
        Assert.Equal(new TimeOffsets(100 + 1000 - 7, 200 + 2000 - 8), TimeOffsets.From(new TimeOffsets(100, 200).ToSettings(1000, 2000), monotonic: 7, boottime: 8));
}
