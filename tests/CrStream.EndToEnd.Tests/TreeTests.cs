using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>Trees of processes, as far as no workload can check itself.</summary>
public sealed class TreeTests
{
    [Fact]
    public void A_stopped_root_comes_back_stopped_and_goes_on_when_it_is_continued()
    {
        using var target = Target.StartWorkload("threads");
        Signal.Send(target.Pid, Signal.SIGSTOP);
        Assert.True(Patience.Until(() => TaskState.AreAllStopped(target.Pid), 5), "it does not stop");
        for (var round = 1; round <= 2; round++)
        {
            CrStreamCommand.CheckpointAndKill(target);
            CrStreamCommand.RestoreInPlace(target);
            Assert.True(TaskState.AreAllStopped(target.Pid), $"round {round}: stopped: {string.Join(", ", TaskState.Stopped(target.Pid))}");
        }

        Signal.Send(target.Pid, Signal.SIGCONT);
        target.MustBeOk();
    }
}
