using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>Tracers and what they trace, both in the tree. The workload <c>traced</c> has every kind of stop.</summary>
public sealed class TracerTests
{
    [Fact]
    public void A_debugger_goes_on_with_its_program()
    {
        using var target = Target.StartScript("/bin/bash", "gdb.sh", Path.Combine(Repository.Workloads, "threads"));
        CheckpointTwice(target);
    }

    [Fact]
    public void A_trace_of_a_shell_goes_on_and_tells_of_nothing_strange()
    {
        using var target = Target.StartScript("/bin/bash", "strace.sh");
        CheckpointTwice(target);
    }

    [Fact]
    public void Thirty_kills_of_a_checkpoint_leave_every_tracee_in_its_stop()
    {
        const int Kills = 30;
        var random = new Random(4711);
        var killed = 0;
        using var target = Target.StartWorkload("traced");
        for (var kill = 1; kill <= Kills; kill++)
        {
            using var command = CrStreamCommand.Start(target, "checkpoint", $"{target.Pid}", "-o", target.Image);
            Patience.Until(() => TaskState.IsTraced(target.Pid) || command.HasExited, 20);
            Thread.Sleep(random.Next(100));
            command.Kill(Signal.SIGKILL);
            killed += command.Wait().ExitCode == 0 ? 0 : 1;
            File.Delete(target.Image);
            if (kill % 10 == 0)
                target.MustBeOkAndGoOn();
        }

        Assert.True(killed > Kills / 2, $"{killed} kills in time");
        target.MustBeOk();
    }

    [Theory]
    [InlineData("traced event", "PTRACE_EVENT_FORK")]
    [InlineData("traced tracer", "is traced itself")]
    [InlineData("traced emulation", "PTRACE_SYSEMU")]
    public void A_tracee_that_cannot_be_brought_back_is_denied_by_name(string kind, string name)
    {
        using var target = Target.StartWorkload("unsupported", kind);
        CrStreamCommand.Checkpoint(target, "--kill", "--timeout", "1").MustFailWith(name);
        Assert.False(File.Exists(target.Image), "an image is left");
        target.MustBeOk();
    }

    private static void CheckpointTwice(Target target)
    {
        CrStreamCommand.CheckpointAndKill(target);
        CrStreamCommand.RestoreInPlace(target);
        target.MustBeOkAndGoOn();
        CrStreamCommand.Checkpoint(target).MustSucceed();
        target.MustBeOkAndGoOn();
        target.MustBeOk();
    }
}
