using CrStream.Abstractions;
using CrStream.Engine.Tree;

namespace CrStream.Engine.Tests.Tree;

public sealed class TreeRelationsTests
{
    private const int Outside = 7;

    [Fact]
    public void A_session_leader_with_children_in_its_session_and_groups_of_their_own_can_be_restored() =>
        TreeRelations.Require(Tree(shellJob: false, new(100, 100, 1, 100, 100), new(101, 101, 100, 101, 100), new(102, 102, 101, 101, 100), new(103, 103, 100, 103, 103)));

    [Fact]
    public void A_root_whose_session_is_outside_needs_the_shell_job_option()
    {
        TreeTask[] tasks = [new(100, 100, 1, 100, Outside), new(101, 101, 100, 100, Outside)];
        TreeRelations.Require(Tree(shellJob: true, tasks));
        var denied = Assert.Throws<DeniedException>(() => TreeRelations.Require(Tree(shellJob: false, tasks)));
        Assert.Contains("session 7", denied.Message, StringComparison.Ordinal);
        Assert.Contains("--shell-job", denied.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_that_was_made_before_its_parents_session_precedes_it()
    {
        TreeTask root = new(100, 100, 1, 100, 100);
        TreeTask leader = new(101, 101, 100, 101, 101);
        TreeTask before = new(102, 102, 101, 100, 100);
        TreeTask after = new(103, 103, 101, 101, 101);
        TreeRelations.Require(Tree(shellJob: false, root, leader, before, after));
        Assert.True(TreeRelations.PrecedesSession(before, leader));
        Assert.False(TreeRelations.PrecedesSession(after, leader));
        Assert.False(TreeRelations.PrecedesSession(leader, root));
    }

    [Fact]
    public void A_session_that_no_parent_can_hand_down_is_denied_by_name()
    {
        var denied = Assert.Throws<DeniedException>(() => TreeRelations.Require(Tree(shellJob: false, new(100, 100, 1, 100, 100), new(101, 101, 100, 101, 55))));
        Assert.Contains("process 101 belongs to session 55", denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_group_whose_leader_is_gone_is_denied_by_name()
    {
        var denied = Assert.Throws<DeniedException>(() => TreeRelations.Require(Tree(shellJob: false, new(100, 100, 1, 100, 100), new(101, 101, 100, 66, 100))));
        Assert.Contains("process group 66", denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zombie_is_held_to_the_same_rules()
    {
        var tree = Tree(shellJob: false, new TreeTask(100, 100, 1, 100, 100)) with { Zombies = [new(new(101, 101, 100, 66, 100), 0)] };
        Assert.Throws<DeniedException>(() => TreeRelations.Require(tree));
    }

    private static TreeState Tree(bool shellJob, params TreeTask[] tasks) => new(100, shellJob, tasks, []);
}
