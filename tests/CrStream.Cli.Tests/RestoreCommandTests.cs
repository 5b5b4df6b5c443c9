using System.Text.Json.Nodes;

namespace CrStream.Cli.Tests;

public sealed class RestoreCommandTests
{
    [Fact]
    public async Task Detached_restore_prints_the_process_id_only()
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Done, await session.RunAsync("restore", "job.crs", "--detach"));
        Assert.Equal("4711\n", session.Out);
        Assert.Empty(session.Error);
    }

    [Fact]
    public async Task Foreground_restore_ends_with_the_code_of_the_process()
    {
        using var session = new Session();
        session.Engine.Process.End(37);
        Assert.Equal(37, await session.RunAsync("restore", "job.crs"));
        Assert.Empty(session.Out);
    }

    [Fact]
    public async Task Foreground_restore_sends_signals_on_and_does_not_end_by_them()
    {
        using var session = new Session();
        var run = session.RunAsync("restore", "job.crs");
        foreach (var signal in new[] { 2, 15, 1, 10 })
        {
            session.Signals.Deliver(signal);
        }

        Assert.False(run.IsCompleted);
        Assert.False(session.Signals.Token.IsCancellationRequested);
        session.Engine.Process.End(0);
        Assert.Equal(0, await run);
        Assert.Equal([2, 15, 1, 10], session.Engine.Process.SignalsSeen);
    }

    [Fact]
    public async Task All_options_reach_the_engine()
    {
        using var session = new Session();
        var key = session.SecretFile("# public key: age1a\nAGE-SECRET-KEY-1A\n");
        var code = await session.RunAsync(
            "restore", "-", "-d", "-i", key, "--force-kernel", "--timeout", "3", "--inherit-fd", "0", "--inherit-fd", "1=5", "--allow-changed-file", "*.log");
        Assert.Equal(ExitCode.Done, code);
        var request = session.Engine.Restore!;
        Assert.Equal("-", request.Source);
        Assert.Equal(["# public key: age1a\nAGE-SECRET-KEY-1A\n"], request.StageSettings.Identities);
        Assert.True(request.ForceKernel);
        Assert.Equal(TimeSpan.FromSeconds(3), request.Timeout);
        Assert.Equal(["0", "1=5"], request.Settings.All("inherit-fd"));
        Assert.Equal(["*.log"], request.Settings.All("allow-changed-file"));
    }

    [Fact]
    public async Task Result_is_json_on_request()
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Done, await session.RunAsync("restore", "job.crs", "--detach", "--json"));
        Assert.Equal(4711, (int?)JsonNode.Parse(session.Out)!["pid"]);
    }
}
