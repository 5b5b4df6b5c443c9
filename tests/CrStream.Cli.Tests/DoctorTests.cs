using System.Text.Json.Nodes;

namespace CrStream.Cli.Tests;

public sealed class DoctorTests
{
    [Fact]
    public async Task Each_feature_has_a_line_and_says_what_is_lost_without_it()
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Done, await session.RunAsync("doctor"));
        using var asJson = new Session();
        Assert.Equal(ExitCode.Done, await asJson.RunAsync("doctor", "--json"));
        var features = JsonNode.Parse(asJson.Out)!.AsArray();
        var lines = session.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(features.Count, lines.Length);
        Assert.All(features.Zip(lines), pair =>
        {
            Assert.StartsWith((bool)pair.First!["available"]! ? "ok " : "missing ", pair.Second, StringComparison.Ordinal);
            Assert.NotEmpty((string)pair.First["without"]!);
        });
        Assert.Contains(features, feature => (string?)feature!["name"] == "CAP_SYS_PTRACE");
    }
}
