using CrStream.Abstractions;

namespace CrStream.Cli.Tests;

public sealed class VoiceTests
{
    [Fact]
    public async Task Known_failure_is_an_error_and_a_hint()
    {
        using var session = new Session { Engine = new() { Failure = new DeniedException("process 12, fd 3: a socket", "close it") } };
        Assert.Equal(ExitCode.Failed, await session.RunAsync("checkpoint", "12", "-o", "x"));
        Assert.Equal("crstream: error: process 12, fd 3: a socket\ncrstream: hint: close it\n", session.Error);
    }

    [Fact]
    public async Task Unusable_request_ends_with_the_usage_code()
    {
        using var session = new Session { Engine = new() { Failure = new UsageException("\"x\" is not an age recipient") } };
        Assert.Equal(ExitCode.Usage, await session.RunAsync("checkpoint", "12", "-o", "x"));
    }

    [Fact]
    public async Task Unexpected_failure_is_one_line_without_a_stack_trace()
    {
        using var session = new Session { Engine = new() { Failure = new InvalidOperationException("Something broke.") } };
        Assert.Equal(ExitCode.Failed, await session.RunAsync("verify", "x"));
        Assert.Equal("crstream: error: internal error: InvalidOperationException: Something broke; run again with --verbose\n", session.Error);
    }

    [Fact]
    public async Task Stack_trace_is_shown_when_asked_for()
    {
        using var session = new Session { Engine = new() { Failure = new InvalidOperationException("Something broke.") } };
        Assert.Equal(ExitCode.Failed, await session.RunAsync("verify", "x", "--verbose"));
        Assert.Contains("   at CrStream.Cli.", session.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("run again", session.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_dataflow_block_wrapped_is_unwrapped()
    {
        var failure = new AggregateException(new AggregateException(new OperationCanceledException(), new StoreException("\"x\" cannot be written: disk full")));
        using var session = new Session { Engine = new() { Failure = failure } };
        Assert.Equal(ExitCode.Failed, await session.RunAsync("checkpoint", "12", "-o", "x"));
        Assert.Equal("crstream: error: \"x\" cannot be written: disk full\n", session.Error);
    }

    [Fact]
    public async Task Interrupted_command_says_so_and_ends_with_130()
    {
        using var session = new Session { Engine = new() { Failure = new OperationCanceledException() } };
        session.Signals.Deliver(2);
        Assert.Equal(ExitCode.Interrupted, await session.RunAsync("checkpoint", "12", "-o", "x"));
        Assert.Equal("crstream: error: interrupted\n", session.Error);
    }

    [Fact]
    public async Task Names_from_a_process_cannot_act_on_the_terminal()
    {
        using var session = new Session { Engine = new() { Failure = new DeniedException("file \"a\n\u001b[31mb\" is denied") } };
        await session.RunAsync("checkpoint", "12", "-o", "x");
        Assert.Equal("crstream: error: file \"a\\n\\x1b[31mb\" is denied\n", session.Error);
    }

    [Fact]
    public async Task Help_of_each_command_ends_with_an_example()
    {
        foreach (var command in new[] { "checkpoint", "restore", "inspect", "verify", "doctor", "plugins", "keygen", "demo" })
        {
            using var session = new Session();
            Assert.Equal(ExitCode.Done, await session.RunAsync(command, "--help"));
            Assert.Contains($"crstream {command}", session.Out[session.Out.IndexOf("\nExample", StringComparison.Ordinal)..], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_to_do_shows_the_help_and_ends_with_the_usage_code()
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Usage, await session.RunAsync());
        Assert.Contains("checkpoint", session.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_offers_commands()
    {
        using var session = new Session();
        Assert.Equal(ExitCode.Done, await session.RunAsync("[suggest:2]", "ke"));
        Assert.Equal("keygen", session.Out.Trim());
    }
}
