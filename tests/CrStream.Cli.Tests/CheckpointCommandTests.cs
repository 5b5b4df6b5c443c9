using System.Text.Json.Nodes;

namespace CrStream.Cli.Tests;

public sealed class CheckpointCommandTests
{
    [Fact]
    public async Task Plain_checkpoint_compresses_and_lets_the_process_run_on()
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Done, await session.RunAsync("checkpoint", "4711", "-o", "job.crs"));
        var request = session.Engine.Checkpoint!;
        Assert.Equal(4711, request.Pid);
        Assert.Equal("job.crs", request.Destination);
        Assert.Equal(["lz4"], request.Stages);
        Assert.False(request.Kill);
        Assert.False(request.ShellJob);
        Assert.Equal(TimeSpan.FromSeconds(10), request.Timeout);
        Assert.Empty(session.Out);
        Assert.Equal("crstream: checkpointed 4711 to job.crs: 4 threads, image 34.0 MiB, stored 9.0 MiB, frozen for 12 ms, took 1.3 s\n", session.Error);
    }

    [Fact]
    public async Task All_options_reach_the_engine()
    {
        using var session = new Session();
        var code = await session.RunAsync(
            "checkpoint", "12", "--output", "s3://bucket/x", "--compress", "none", "--encrypt-to", "age1a", "--encrypt-to", "age1b", "--kill", "--shell-job",
            "--timeout", "2.5", "--inherit-fd", "1", "--inherit-fd", "2", "--allow-changed-file", "/var/log/*", "--allow-leak", "file", "--allow-leak", "mm", "--set", "gpu=first", "--set", "gpu=a=b",
            "--plugin-dir", "/opt/plugins");
        Assert.Equal(ExitCode.Done, code);
        var request = session.Engine.Checkpoint!;
        Assert.Equal(["age"], request.Stages);
        Assert.Equal(["age1a", "age1b"], request.StageSettings.Recipients);
        Assert.Null(request.StageSettings.Passphrase);
        Assert.True(request.Kill);
        Assert.True(request.ShellJob);
        Assert.Equal(TimeSpan.FromSeconds(2.5), request.Timeout);
        Assert.Equal(["1", "2"], request.Settings.All("inherit-fd"));
        Assert.Equal(["/var/log/*"], request.Settings.All("allow-changed-file"));
        Assert.Equal(["file", "mm"], request.Settings.All("allow-leak"));
        Assert.Equal(["first", "a=b"], request.Settings.All("gpu"));
        Assert.Equal(["/opt/plugins"], session.PluginDirectories);
    }

    [Fact]
    public async Task Leak_of_no_kind_is_an_error_that_lists_the_kinds()
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Usage, await session.RunAsync("checkpoint", "12", "-o", "x", "--allow-leak", "all"));
        Assert.Contains("one of mm, files, fs, sighand, file, pipe, socket, anon-inode, shared-memory, namespace, not \"all\"", session.Error, StringComparison.Ordinal);
        Assert.Null(session.Engine.Checkpoint);
    }

    [Fact]
    public async Task Passphrase_encrypts_outside_the_compression_and_loses_its_line_break()
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Done, await session.RunAsync("checkpoint", "12", "-o", "x", "--passphrase-file", session.SecretFile("correct horse\n")));
        Assert.Equal(["lz4", "age"], session.Engine.Checkpoint!.Stages);
        Assert.Equal("correct horse"u8.ToArray(), session.Engine.Checkpoint.StageSettings.Passphrase!.Value.ToArray());
    }

    [Fact]
    public async Task Result_is_json_on_request()
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Done, await session.RunAsync("checkpoint", "12", "-o", "x", "--json"));
        var result = JsonNode.Parse(session.Out)!;
        Assert.Equal("00112233445566778899aabbccddeeff", (string?)result["image_id"]);
        Assert.Equal(9 << 20, (long?)result["stored_bytes"]);
        Assert.Empty(session.Error);
    }

    [Fact]
    public async Task Result_stays_out_of_an_image_on_the_standard_output()
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Done, await session.RunAsync("checkpoint", "12", "-o", "-", "--json"));
        Assert.Empty(session.Out);
        Assert.Contains("\"pid\": 12", session.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_is_not_written_to_a_terminal()
    {
        using var session = new Session { OutIsTerminal = true };
        Assert.Equal(ExitCode.Usage, await session.RunAsync("checkpoint", "12", "-o", "-"));
        Assert.Null(session.Engine.Checkpoint);
    }

    [Theory]
    [InlineData("\"abc\" is not a process id", "checkpoint", "abc", "-o", "x")]
    [InlineData("\"0\" is not a process id", "checkpoint", "0", "-o", "x")]
    [InlineData("option '--output' is required", "checkpoint", "12")]
    [InlineData("--timeout takes seconds, more than 0 and at most 86400, not \"0\"", "checkpoint", "12", "-o", "x", "--timeout", "0")]
    [InlineData("--inherit-fd takes a descriptor or a range, not \"1=2\"", "checkpoint", "12", "-o", "x", "--inherit-fd", "1=2")]
    [InlineData("--encrypt-to and --passphrase-file exclude each other", "checkpoint", "12", "-o", "x", "--encrypt-to", "age1a", "--passphrase-file", "p")]
    [InlineData("there is no option or argument \"--nonsense\"", "checkpoint", "12", "-o", "x", "--nonsense")]
    public async Task Wrong_usage_is_said_in_one_line_and_nothing_is_tried(string message, params string[] arguments)
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Usage, await session.RunAsync(arguments));
        Assert.StartsWith($"crstream: error: {message}\n", session.Error, StringComparison.Ordinal);
        Assert.Null(session.Engine.Checkpoint);
        Assert.Empty(session.Out);
    }
}
