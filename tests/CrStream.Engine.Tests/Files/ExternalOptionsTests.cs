using CrStream.Abstractions;
using CrStream.Engine.Files;

namespace CrStream.Engine.Tests.Files;

public sealed class ExternalOptionsTests
{
    [Fact]
    public void Both_forms_name_keys_by_process_and_descriptor()
    {
        var named = ExternalOptions.Named(With(["0-2", "7"], ["fd[12:5]=a key", "fd[9]=log"]), root: 10);
        Assert.Equal(
            new Dictionary<(int, int), string> { [(10, 0)] = "fd0", [(10, 1)] = "fd1", [(10, 2)] = "fd2", [(10, 7)] = "fd7", [(12, 5)] = "a key", [(10, 9)] = "log" },
            named);
    }

    [Fact]
    public void Both_forms_supply_descriptors_and_paths()
    {
        var supplied = ExternalOptions.Supplied(With(["0-1", "2=5"], ["log=/var/log/x=y", "in=fd[12]"]));
        Assert.Equal(new Dictionary<string, string> { ["fd0"] = "fd[0]", ["fd1"] = "fd[1]", ["fd2"] = "fd[5]", ["log"] = "/var/log/x=y", ["in"] = "fd[12]" }, supplied);
        Assert.Equal(12, ExternalOptions.Descriptor("fd[12]"));
        Assert.Null(ExternalOptions.Descriptor("./fd[12]"));
    }

    [Theory]
    [InlineData("1=2", null)]
    [InlineData("3-1", null)]
    [InlineData("0-9999999", null)]
    [InlineData("x", null)]
    [InlineData(null, "fd[1]")]
    [InlineData(null, "fd[1]=")]
    [InlineData(null, "1=a")]
    [InlineData(null, "fd[1]=a=b")]
    public void What_names_no_descriptor_is_refused(string? inherit, string? external) =>
        Assert.Throws<UsageException>(() => ExternalOptions.Named(With(inherit is null ? [] : [inherit], external is null ? [] : [external]), root: 10));

    [Fact]
    public void Two_files_under_one_key_are_refused() =>
        Assert.Contains("a key", Assert.Throws<UsageException>(() => ExternalOptions.Named(With([], ["fd[1]=a key", "fd[2]=a key"]), root: 10)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("1-", null)]
    [InlineData(null, "=x")]
    [InlineData(null, "x=")]
    [InlineData(null, "x")]
    public void What_supplies_nothing_is_refused(string? inherit, string? external) =>
        Assert.Throws<UsageException>(() => ExternalOptions.Supplied(With(inherit is null ? [] : [inherit], external is null ? [] : [external])));

    [Fact]
    public void Advice_is_the_short_form_for_the_root()
    {
        Assert.Equal("--inherit-fd 1 --inherit-fd 2", ExternalOptions.Advice([(10, 2), (11, 2), (10, 1)], root: 10));
        Assert.Equal("--external fd[11:2]=KEY", ExternalOptions.Advice([(11, 2)], root: 10));
    }

    private static Settings With(string[] inherit, string[] external) =>
        new(new Dictionary<string, IReadOnlyList<string>> { [ExternalOptions.Inherit] = inherit, [ExternalOptions.External] = external });
}
