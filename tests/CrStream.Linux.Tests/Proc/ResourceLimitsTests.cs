using System.Text;
using CrStream.Linux.Proc;

namespace CrStream.Linux.Tests.Proc;

public sealed class ResourceLimitsTests
{
    [Fact]
    public void All_sixteen_limits_of_a_captured_text_are_read()
    {
        var limits = ResourceLimits.Parse(Samples.Read("limits"));

        Assert.Equal(Enum.GetValues<Resource>(), limits.Keys.Order());
        Assert.Equal(new ResourceLimit(8388608, ResourceLimit.Unlimited), limits[Resource.RLIMIT_STACK]);
        Assert.Equal(new ResourceLimit(0, ResourceLimit.Unlimited), limits[Resource.RLIMIT_CORE]);
        Assert.Equal(new ResourceLimit(96365, 96365), limits[Resource.RLIMIT_NPROC]);
        Assert.Equal(new ResourceLimit(20000, 20000), limits[Resource.RLIMIT_NOFILE]);
        Assert.Equal(new ResourceLimit(819200, 819200), limits[Resource.RLIMIT_MSGQUEUE]);
        Assert.Equal(new ResourceLimit(0, 0), limits[Resource.RLIMIT_NICE]);
        Assert.Equal(new ResourceLimit(ResourceLimit.Unlimited, ResourceLimit.Unlimited), limits[Resource.RLIMIT_RTTIME]);
    }

    [Theory]
    [InlineData("Limit Soft Hard Units\nMax wishes          3     3     wishes\n")]
    [InlineData("Limit Soft Hard Units\nMax open files      3     \n")]
    [InlineData("Limit Soft Hard Units\nMax open files      some  3     files\n")]
    public void A_limit_that_is_not_known_is_refused(string text)
        => Assert.Throws<ProcFormatException>(() => ResourceLimits.Parse(Encoding.ASCII.GetBytes(text)));
}
