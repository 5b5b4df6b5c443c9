using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>Standard streams that come from outside, and a restore in the foreground.</summary>
public sealed class StreamTests
{
    private const string Echo = "$| = 1; $n = 0; while (<STDIN>) { $n++; print \"$n \", uc }";

    [Fact]
    public void Inherited_streams_are_denied_with_a_hint()
    {
        var (target, streams) = Target.StartWithInheritedStreams("/usr/bin/perl", "-e", Echo);
        using (target)
        using (streams)
        {
            Assert.Equal("1 FIRST", Ask(streams, "first"));
            CrStreamCommand.Checkpoint(target, "--kill").MustFailWith("fd 0", "--inherit-fd");
            Assert.Equal("2 SECOND", Ask(streams, "second"));
        }
    }

    [Fact]
    public void Inherited_streams_that_are_allowed_are_supplied_again()
    {
        var (target, streams) = Target.StartWithInheritedStreams("/usr/bin/perl", "-e", Echo);
        using (target)
        using (streams)
        {
            Assert.Equal("1 FIRST", Ask(streams, "first"));
            CrStreamCommand.CheckpointAndKill(target, "--inherit-fd", "0-1");
            CrStreamCommand.Restore(target).MustFailWith("the pipe fd0", "--inherit-fd 0");
            using var restored = CrStreamCommand.Start(target, "restore", target.Image, "--inherit-fd", "0", "--inherit-fd", "1");
            Assert.Equal("2 SECOND", Ask(restored, "second"));
            Assert.Equal("3 THIRD", Ask(restored, "third"));
            Assert.Equal(0, restored.Wait().ExitCode);
        }
    }

    [Fact]
    public void Files_that_come_from_outside_under_a_key_have_to_be_what_they_were()
    {
        var (target, streams) = Target.StartWithInheritedStreams("/usr/bin/perl", "-e", $"open L, '>&', 1; open STDOUT, '>>', 'log'; select L; {Echo}");
        using (target)
        using (streams)
        {
            Assert.Equal("1 FIRST", Ask(streams, "first"));
            CrStreamCommand.Checkpoint(target, "--external", "fd[0]=in", "--external", $"fd[{target.Pid}:77]=gone").MustFailWith("gone", "fd 77");
            CrStreamCommand.CheckpointAndKill(target, "--external", "fd[0]=in", "--external", $"fd[{target.Pid}:3]=out", "--external", "fd[1]=the log");
            string[] given = ["restore", target.Image, "--external", "in=fd[0]", "--external", "out=fd[1]"];
            CrStreamCommand.Run(target, given).MustFailWith("the file the log", "--external the log=PATH");
            CrStreamCommand.Run(target, [.. given, "--external", "the log=/dev/null"]).MustFailWith("the file the log", "device");
            CrStreamCommand.Run(target, [.. given[..4], "--external", "out=fd[0]", "--external", "the log=log"]).MustFailWith("the pipe out", "reading");
            CrStreamCommand.Run(target, [.. given[..4], "--external", "out=fd[9]", "--external", "the log=log"]).MustFailWith("fd 9");
            Assert.Empty(TaskState.WorkingIn(target.Folder));
            using var restored = CrStreamCommand.Start(target, [.. given, "--external", "the log=log"]);
            Assert.Equal("2 SECOND", Ask(restored, "second"));
            Assert.Equal(0, restored.Wait().ExitCode);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void A_restore_in_the_foreground_ends_with_the_exit_code_of_the_process(int spoil, int exitCode)
    {
        using var target = Target.StartWorkload("counter", spoil: spoil);
        CrStreamCommand.CheckpointAndKill(target);
        using var restored = CrStreamCommand.Start(target, "restore", target.Image);
        Assert.True(Patience.Until(() => target.IsAlive, 20), "it was not restored");
        Assert.StartsWith(spoil == 0 ? "OK" : "FAIL", target.Verdict(), StringComparison.Ordinal);
        Assert.Equal(exitCode, restored.Wait().ExitCode);
    }

    [Fact]
    public void A_restore_in_the_foreground_tells_of_the_signal_that_ended_the_process()
    {
        using var target = Target.StartWorkload("counter");
        CrStreamCommand.CheckpointAndKill(target);
        using var restored = CrStreamCommand.Start(target, "restore", target.Image);
        Assert.True(Patience.Until(() => target.IsAlive && !TaskState.IsTraced(target.Pid), 20), "it was not restored");
        Thread.Sleep(200);
        Signal.Send(target.Pid, Signal.SIGKILL);
        Assert.Equal(128 + Signal.SIGKILL, restored.Wait().ExitCode);
    }

    private static string? Ask(RunningCommand command, string line)
    {
        command.Input.WriteLine(line);
        command.Input.Flush();
        var answer = command.Output.ReadLineAsync();
        return answer.Wait(20000) ? answer.Result : "no answer";
    }
}
