using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>Every workload through a checkpoint and a restore: in place, repeated, and left running.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<string> Names => [.. WorkloadList.Restorable];

    /// <summary>The first round is made by the commands, the others by a program that embeds the engine.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_process_goes_on_after_a_restore_and_after_others(string name) => Repeat(name, 3);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_process_runs_on_after_a_checkpoint(string name)
    {
        using var target = Target.StartWorkload(name);
        CrStreamCommand.Checkpoint(target).MustSucceed();
        target.MustBeOk();
    }

    [Theory]
    [InlineData("counter")]
    [InlineData("registers")]
    [InlineData("memory")]
    [InlineData("files")]
    [InlineData("pipes")]
    [InlineData("signals")]
    [InlineData("sleeps")]
    [InlineData("waits")]
    [InlineData("posix_timers")]
    [InlineData("credentials")]
    [InlineData("rseq")]
    [InlineData("address_space")]
    [InlineData("robust_list")]
    [InlineData("busy")]
    public void A_process_goes_on_after_ten_restores(string name) => Repeat(name, 10);

    [Fact]
    public void A_process_that_was_left_running_can_be_restored_once_it_has_ended()
    {
        using var target = Target.StartWorkload("memory");
        CrStreamCommand.Checkpoint(target).MustSucceed();
        target.MustBeOkAndGoOn();
        target.Kill();
        File.Delete(target.PathOf("check.1"));
        File.Delete(target.PathOf("verdict.1"));
        CrStreamCommand.RestoreInPlace(target);
        target.MustBeOk();
    }

    private static void Repeat(string name, int rounds)
    {
        using var target = Target.StartWorkload(name);
        for (var round = 1; round <= rounds; round++)
        {
            if (round == 1)
            {
                CrStreamCommand.CheckpointAndKill(target);
                CrStreamCommand.RestoreInPlace(target);
            }
            else
            {
                Embedder.Round(target);
            }

            var verdict = target.RoundVerdict();
            Assert.True(verdict == "OK", $"round {round}: {verdict}");
        }

        target.MustBeOk();
    }
}
