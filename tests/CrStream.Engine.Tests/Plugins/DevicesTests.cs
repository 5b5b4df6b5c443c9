using CrStream.Abstractions;
using CrStream.Devices;
using CrStream.Linux.Files;

namespace CrStream.Engine.Tests.Plugins;

public sealed class DevicesTests
{
    private static readonly Kernel Kernel = new();
    private readonly DevicesHandler handler = new();

    [Theory]
    [InlineData("/dev/null", FileFlags.O_WRONLY | FileFlags.O_APPEND)]
    [InlineData("/dev/zero", FileFlags.O_RDONLY)]
    [InlineData("/dev/full", FileFlags.O_RDWR)]
    [InlineData("/dev/random", FileFlags.O_RDONLY | FileFlags.O_NONBLOCK)]
    [InlineData("/dev/urandom", FileFlags.O_PATH)]
    public async Task A_device_without_state_passes(string path, int flags)
    {
        using var file = Kernel.Open(path, flags);
        var own = new OwnFile(file);
        Assert.True(handler.Claims(own));
        var trip = new RoundTrip();
        using var restored = await trip.Pass(handler, handler.Collect(own, trip));
        using var again = handler.Open(restored, own.State(), trip);
        Assert.Equal(own.Flags, new OwnFile(again).Flags);
        Assert.Equal(Kernel.Status(file).SpecialDevice, Kernel.Status(again).SpecialDevice);
        Assert.Equal(path, new OwnFile(again).Link);
    }

    [Fact]
    public void A_terminal_is_denied_with_the_option_that_allows_it()
    {
        using var terminal = Kernel.Open("/dev/ptmx", FileFlags.O_RDWR | FileFlags.O_NOCTTY);
        var denied = Assert.Throws<DeniedException>(() => Built.Catalog().ClaimFor(new OwnFile(terminal)));
        Assert.Contains("is a terminal", denied.Message, StringComparison.Ordinal);
        Assert.Contains("--inherit-fd", denied.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/null", 1, 5)]
    [InlineData("/etc/passwd", 1, 3)]
    [InlineData("/dev/nonexistent", 1, 3)]
    [InlineData("/dev/ptmx", 5, 2)]
    public void Another_device_under_the_name_is_refused(string path, int major, int minor)
    {
        var fields = new Fields { ["path"] = path, ["major"] = major, ["minor"] = minor };
        var failed = Assert.Throws<RestoreException>(() => handler.Restore(handler.ObjectTypes[0], fields, new RoundTrip()));
        Assert.Contains(path, failed.Message, StringComparison.Ordinal);
    }
}
