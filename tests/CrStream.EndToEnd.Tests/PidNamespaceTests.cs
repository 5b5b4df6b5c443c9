using CrStream.EndToEnd.Tests.Running;

namespace CrStream.EndToEnd.Tests;

/// <summary>Trees in pid namespaces of their own, and trees that a restore gives one.</summary>
public sealed class PidNamespaceTests
{
    [Fact]
    public void A_tree_keeps_its_numbers_in_a_new_namespace_while_they_are_taken_outside()
    {
        using var target = Target.StartWorkload("tree");
        var outside = target.Pid;
        CrStreamCommand.Checkpoint(target).MustSucceed();
        CrStreamCommand.Restore(target, "--timeout", "0.5").MustFailWith($"task id {outside}", $"process {outside} (tree)", "--new-pid-namespace");
        var copy = RestoreIntoNewNamespace(target);
        Assert.Equal([copy, outside], NumbersOf(copy));
        Signal.Send(outside, Signal.SIGKILL);
        target.Follow(copy);
        target.MustBeOkAndGoOn();

        // From outside the copy can be checkpointed as any tree; only a new namespace can take it again.
        CrStreamCommand.CheckpointAndKill(target);
        CrStreamCommand.Restore(target).MustFailWith("--new-pid-namespace");
        Assert.Empty(TaskState.WorkingIn(target.Folder));
        target.Follow(RestoreIntoNewNamespace(target));
        Assert.Equal(outside, NumbersOf(target.Pid)[^1]);
        var init = InitOf(target.Pid);
        target.MustBeOk();
        Assert.True(Patience.Until(() => !TaskState.IsAlive(init), 5), "the namespace's init does not end with the tree");
    }

    [Fact]
    public void A_copy_in_the_foreground_ends_with_the_exit_status_of_its_root()
    {
        using var target = Target.StartWorkload("tree");
        CrStreamCommand.Checkpoint(target).MustSucceed();
        target.Kill();
        using var restore = CrStreamCommand.Start(target, "restore", target.Image, "--new-pid-namespace");
        Assert.True(Patience.Until(() => TaskState.WorkingIn(target.Folder).Any(pid => NumbersOf(pid)[^1] == target.Pid), 10), "it is not restored");
        target.Follow(TaskState.WorkingIn(target.Folder).Single(pid => NumbersOf(pid)[^1] == target.Pid));
        target.MustBeOk();
        Assert.Equal(0, restore.Wait().ExitCode);
        Assert.True(Patience.Until(() => TaskState.WorkingIn(target.Folder).Count == 0, 5), "something is left in the namespace");
    }

    [Fact]
    public void An_init_of_its_own_namespace_is_restored_as_such()
    {
        using var target = Target.StartInit("tree");
        Assert.Equal([target.Pid, 1], NumbersOf(target.Pid));
        CrStreamCommand.CheckpointAndKill(target);
        CrStreamCommand.RestoreInPlace(target);
        Assert.Equal([target.Pid, 1], NumbersOf(target.Pid));
        target.MustBeOkAndGoOn();

        CrStreamCommand.CheckpointAndKill(target);
        target.Follow(RestoreIntoNewNamespace(target));
        Assert.Equal([target.Pid, 1], NumbersOf(target.Pid));
        target.MustBeOk();
    }

    private static int RestoreIntoNewNamespace(Target target) => int.Parse(CrStreamCommand.Restore(target, "--new-pid-namespace").MustSucceed().Output);

    private static int[] NumbersOf(int pid) =>
        [.. TaskState.Line($"/proc/{pid}/status", "NSpid:").Split('\t', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    /// <summary>A detached tree's root is a child of the namespace's init.</summary>
    private static int InitOf(int pid) => int.Parse(TaskState.Line($"/proc/{pid}/status", "PPid:"));
}
