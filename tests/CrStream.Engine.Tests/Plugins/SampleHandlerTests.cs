using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CrStream.Engine.Tests.Plugins;

public sealed partial class SampleHandlerTests
{
    [Fact]
    public void An_eventfd_is_the_built_in_handlers_without_the_sample()
    {
        using var file = new SafeFileHandle(eventfd(3, 0), ownsHandle: true);
        Assert.Equal("eventfd", Built.Catalog().ClaimFor(new OwnFile(file)).Name);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0x1234, 0)]
    [InlineData(7, EFD_SEMAPHORE)]
    public async Task The_sample_carries_an_eventfd_instead(uint count, int flags)
    {
        using var file = new SafeFileHandle(eventfd(count, flags), ownsHandle: true);
        var own = new OwnFile(file);
        var trip = new RoundTrip();
        var handler = Built.Catalog(Built.Samples).ClaimFor(own);
        Assert.Equal("sample-eventfd", handler.Name);
        using var restored = await trip.Pass(handler, handler.Collect(own, trip));
        using var again = handler.Open(restored, own.State(), trip);
        Assert.Equal(Counter(own), Counter(new OwnFile(again)));
    }

    private const int EFD_SEMAPHORE = 1;

    private static string[] Counter(OwnFile file) =>
        [.. file.FdInfo.Split('\n').Where(line => line.StartsWith("eventfd-", StringComparison.Ordinal) && !line.StartsWith("eventfd-id", StringComparison.Ordinal))];

    [LibraryImport("libc")]
    private static partial int eventfd(uint initial, int flags);
}
