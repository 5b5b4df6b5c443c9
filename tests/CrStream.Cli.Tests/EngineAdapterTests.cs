using System.Text.Json.Nodes;
using CrStream.Abstractions;
using CrStream.Engine;
using CrStream.Engine.Plugins;

namespace CrStream.Cli.Tests;

/// <summary>The command with the real stages and stores, as they are built beside it.</summary>
public sealed class EngineAdapterTests
{
    /// <summary>artifacts/bin/CrStream.Cli.Tests/CONFIGURATION, beside which the command's own folder lies.</summary>
    private static string Stages
    {
        get
        {
            var own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
            return Path.Combine(own, "..", "..", "CrStream.Cli", Path.GetFileName(own), "stages");
        }
    }

    [Fact]
    public async Task Image_in_a_file_is_read_and_verified()
    {
        using var session = new Session { Other = new EngineAdapter([Stages]) };
        Assert.Equal(ExitCode.Done, await session.RunAsync("inspect", Save(session, SampleImage.Make()), "--json"));
        Assert.Equal("6.18.0", (string?)JsonNode.Parse(session.Out)!["header"]!["kernel"]);
    }

    [Fact]
    public async Task Compressed_and_encrypted_image_is_opened_by_an_identity_file_only()
    {
        using var session = new Session { Other = new EngineAdapter([Stages]) };
        using var engine = new EngineAdapter([Stages]);
        var key = engine.CreateKey();
        var path = session.SecretFile("");
        var catalog = new PluginCatalog(PluginFolders.BesideCommand(Stages));
        await using (var sink = await catalog.StoreFor("file").CreateAsync(path, Settings.None, TestContext.Current.CancellationToken))
        {
            await using var chain = new ByteChain([catalog.StageNamed("lz4"), catalog.StageNamed("age")], new() { Recipients = [key.Recipient] }, sink, TestContext.Current.CancellationToken);
            await chain.SendAsync(Block.Copy(SampleImage.Make()));
            await chain.CompleteAsync();
            await sink.CommitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(ExitCode.Done, await session.RunAsync("verify", path, "--identity", session.SecretFile($"{key.Identity}\n")));
        Assert.Contains("layers age > lz4", session.Out, StringComparison.Ordinal);

        using var other = new Session { Other = new EngineAdapter([Stages]) };
        Assert.Equal(ExitCode.Usage, await other.RunAsync("verify", path, "--identity", session.SecretFile($"{engine.CreateKey().Identity}\n")));
        Assert.Empty(other.Out);
    }

    [Fact]
    public async Task Damaged_image_is_refused_with_the_place()
    {
        var image = SampleImage.Make();
        image[^60] ^= 1;
        using var session = new Session { Other = new EngineAdapter([Stages]) };
        Assert.Equal(ExitCode.Failed, await session.RunAsync("verify", Save(session, image)));
        Assert.Matches("^crstream: error: image, byte [0-9]+: ", session.Error);
        Assert.Empty(session.Out);
    }

    [Fact]
    public async Task Missing_image_is_named()
    {
        using var session = new Session { Other = new EngineAdapter([Stages]) };
        Assert.Equal(ExitCode.Failed, await session.RunAsync("verify", "/no/such/image"));
        Assert.Contains("/no/such/image", session.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_those_of_age()
    {
        using var engine = new EngineAdapter([Stages]);
        var key = engine.CreateKey();
        Assert.StartsWith("age1", key.Recipient, StringComparison.Ordinal);
        Assert.StartsWith("AGE-SECRET-KEY-1", key.Identity, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-", "stdio")]
    [InlineData("job.crs", "file")]
    [InlineData("/tmp/a:b/c://d", "file")]
    [InlineData("file:///tmp/x", "file")]
    [InlineData("S3://bucket/x", "s3")]
    [InlineData("git+ssh://host/x", "git+ssh")]
    [InlineData("://x", "file")]
    public void Scheme_leads_to_the_store(string address, string scheme) => Assert.Equal(scheme, StoreAddress.SchemeOf(address));

    private static string Save(Session session, byte[] image)
    {
        var path = session.SecretFile("");
        File.WriteAllBytes(path, image);
        return path;
    }
}
