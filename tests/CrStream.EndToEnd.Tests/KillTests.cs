using System.Diagnostics;
using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>The command is killed at random instants: what it worked on is unharmed, or wholly there, or not there at all.</summary>
public sealed class KillTests
{
    private static readonly Random Random = new(20260501);

    [Theory]
    [InlineData("busy", 200)]
    [InlineData("sharing", 40)] // several processes have one address space, and one scratch in it
    public void Hundreds_of_kills_of_a_checkpoint_harm_nothing(string workload, int kills)
    {
        using var target = Target.StartWorkload(workload);
        var usual = Measure(() => CrStreamCommand.Checkpoint(target).MustSucceed());
        File.Delete(target.Image);
        int finished = 0, killedWhileTraced = 0;
        for (var kill = 1; kill <= kills; kill++)
        {
            using var command = CrStreamCommand.Start(target, "checkpoint", $"{target.Pid}", "-o", target.Image);
            WaitForAnInstant(kill, command, usual, () => TaskState.IsTraced(target.Pid));
            killedWhileTraced += TaskState.IsTraced(target.Pid) ? 1 : 0;
            command.Kill(Signal.SIGKILL);
            var completed = command.Wait().ExitCode == 0;
            finished += completed ? 1 : 0;

            Assert.True(target.IsAlive, $"kill {kill}: the process is gone: {File.ReadAllText(target.PathOf("stderr"))}");
            Assert.True(Patience.Until(() => TaskState.Stopped(target.Pid).Count == 0, 3), $"kill {kill}: stopped: {string.Join(", ", TaskState.Stopped(target.Pid))}");
            Assert.True(completed || !File.Exists(target.Image) || IsWhole(target), $"kill {kill}: there is a broken image");
            File.Delete(target.Image);
            if (kill % 10 == 0)
                target.MustBeOkAndGoOn();
        }

        // Otherwise the instants were badly chosen.
        Assert.True(killedWhileTraced >= kills / 10 && finished < kills / 2, $"{killedWhileTraced} kills while the process was held, {finished} too late");
        CrStreamCommand.CheckpointAndKill(target);
        CrStreamCommand.RestoreInPlace(target);
        target.MustBeOk();
    }

    [Theory]
    [InlineData("busy")]
    [InlineData("tree")]
    public void Fifty_kills_of_a_restore_leave_all_or_nothing(string workload)
    {
        const int Kills = 50;
        using var target = Target.StartWorkload(workload);
        var all = TaskState.WorkingIn(target.Folder);
        CrStreamCommand.CheckpointAndKill(target);
        var copy = target.PathOf("copy.crs");
        File.Copy(target.Image, copy);
        var usual = Measure(() => CrStreamCommand.RestoreInPlace(target));
        target.Kill();
        File.Move(copy, target.Image);
        int whole = 0, none = 0;
        for (var kill = 1; kill <= Kills; kill++)
        {
            using var command = CrStreamCommand.Start(target, "restore", target.Image, "--detach");
            WaitForAnInstant(kill, command, usual, () => TaskState.IsAlive(target.Pid));
            command.Kill(Signal.SIGKILL);
            command.Wait();
            Patience.Until(() => TaskState.WorkingIn(target.Folder).Count == 0, 0.3);
            var left = TaskState.WorkingIn(target.Folder);
            if (left.Count == 0)
            {
                none++;
                continue;
            }

            // What is there is the whole tree, running, under its own pids, and passes its own check.
            Assert.True(left.ToHashSet().SetEquals(all), $"kill {kill}: left behind: {string.Join(", ", left)}, not {string.Join(", ", all)}");
            var verdict = target.Verdict();
            Assert.True(verdict == "OK", $"kill {kill}: {verdict}");
            Assert.True(Patience.Until(() => TaskState.WorkingIn(target.Folder).Count == 0, 5), "the processes do not end");
            File.Delete(target.PathOf("check"));
            File.Delete(target.PathOf("verdict"));
            whole++;
        }

        Assert.True(none >= Kills / 4, $"{none} kills left nothing, {whole} a whole tree: the instants were badly chosen");
        CrStreamCommand.RestoreInPlace(target);
        target.MustBeOk();
    }

    [Fact]
    public void An_interrupt_leaves_the_process_running_and_no_image()
    {
        using var target = Target.StartWorkload("busy");
        for (var time = 1; time <= 10; time++)
        {
            using var command = CrStreamCommand.Start(target, "checkpoint", $"{target.Pid}", "-o", target.Image, "--kill");
            Patience.Until(() => command.HasExited || TaskState.IsTraced(target.Pid), 20, 0);
            command.Kill(Signal.SIGINT);
            var finished = command.Wait(20);
            if (finished.ExitCode == 0) // it was over already
            {
                CrStreamCommand.RestoreInPlace(target);
                continue;
            }

            Assert.DoesNotContain("   at ", finished.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(target.Image), "an image is left");
            Assert.True(Patience.Until(() => TaskState.Stopped(target.Pid).Count == 0, 3), "a thread is left stopped");
            target.MustBeOkAndGoOn();
        }

        target.MustBeOk();
    }

    // Every second time at any instant, else soon after the command has begun to act on the process.
    private static void WaitForAnInstant(int number, RunningCommand command, TimeSpan usual, Func<bool> acts)
    {
        var share = Random.NextDouble();
        if (number % 2 == 0)
        {
            Thread.Sleep(usual * share);
            return;
        }

        Patience.Until(() => command.HasExited || acts(), 20, 0);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < usual * share / 8)
            Thread.SpinWait(50);
    }

    private static TimeSpan Measure(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed;
    }

    private static bool IsWhole(Target target) => CrStreamCommand.Run(target, "verify", target.Image).ExitCode == 0;
}
