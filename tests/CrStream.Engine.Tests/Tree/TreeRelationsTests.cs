using CrStream.Abstractions;
using CrStream.Engine.Tree;

namespace CrStream.Engine.Tests.Tree;

public sealed class TreeRelationsTests
{
    private const int Outside = 7;

    [Fact]
    public void A_session_leader_with_children_in_its_session_and_groups_of_their_own_can_be_restored() =>
        TreeRelations.Resolve(Tree(shellJob: false, new(100, 100, 1, 100, 100), new(101, 101, 100, 101, 100), new(102, 102, 101, 101, 100), new(103, 103, 100, 103, 103)));

    [Fact]
    public void A_root_whose_session_is_outside_needs_the_shell_job_option()
    {
        TreeTask[] tasks = [new(100, 100, 1, 100, Outside), new(101, 101, 100, 100, Outside)];
        Assert.Empty(TreeRelations.Resolve(Tree(shellJob: true, tasks)).StandIns);
        var resolved = TreeRelations.Resolve(Tree(shellJob: false, tasks));
        var denied = Assert.Throws<DeniedException>(() => TreeRelations.RequireGone(resolved, pid => pid == Outside));
        Assert.Contains("session 7, whose leader is outside", denied.Message, StringComparison.Ordinal);
        Assert.Contains("--shell-job", denied.Hint, StringComparison.Ordinal);
        TreeRelations.RequireGone(resolved, _ => false);
    }

    [Fact]
    public void A_root_whose_sessions_leader_is_gone_is_made_by_a_stand_in() => Expect(
        Tree(shellJob: false, new(100, 100, 1, 66, 66), new(101, 101, 100, 66, 66)), "100 by 66", "101 by 100", "stand-in 66 of 1 in 66");

    [Fact]
    public void A_child_that_was_made_before_its_parents_session_precedes_it()
    {
        var resolved = TreeRelations.Resolve(Tree(
            shellJob: false, new(100, 100, 1, 100, 100), new(101, 101, 100, 101, 101), new(102, 102, 101, 102, 102), new(103, 103, 102, 100, 100), new(104, 104, 101, 101, 101)));
        Assert.Equal(new[] { 0, 100, 100, 100, 101 }, resolved.Tasks.Select(task => task.BirthSession));
        Assert.Empty(resolved.StandIns);
    }

    [Fact]
    public void Orphans_of_a_session_whose_leader_is_gone_are_made_as_its_siblings() => Expect(
        Tree(shellJob: false, new(100, 100, 1, 100, 100), new(101, 101, 100, 66, 66), new(102, 102, 101, 66, 66), new(103, 103, 100, 66, 66)),
        "101 by 66", "102 by 101", "103 by 66", "stand-in 66 of 100 in 66");

    [Fact]
    public void An_orphan_of_a_session_whose_leader_lives_is_made_as_its_sibling() => Expect(
        Tree(shellJob: false, new(100, 100, 1, 100, 100), new(101, 101, 100, 105, 105), new(105, 105, 100, 105, 105)), "101 by 105", "105 by 100");

    [Fact]
    public void A_leader_that_was_in_a_session_which_is_gone_is_made_there() => Expect(
        Tree(shellJob: false, new(100, 100, 1, 100, 100), new(101, 101, 100, 101, 101), new(102, 102, 101, 66, 66), new(103, 103, 100, 66, 66)),
        "101 by 66", "102 by 101", "103 by 66", "stand-in 66 of 100 in 66");

    [Fact]
    public void A_process_group_whose_leader_is_gone_gets_a_stand_in_of_its_session() => Expect(
        Tree(shellJob: false, new(100, 100, 1, 100, 100), new(101, 101, 100, 101, 101), new(102, 102, 101, 66, 101)),
        "101 by 100", "102 by 101", "stand-in 66 of 101 in 101");

    [Fact]
    public void A_zombie_is_held_to_the_same_rules() => Expect(
        Tree(shellJob: false, new TreeTask(100, 100, 1, 100, 100)) with { Zombies = [new(new(101, 101, 100, 66, 100), 0)] }, "101 by 100", "stand-in 66 of 100 in 100");

    [Fact]
    public void An_orphan_of_a_session_further_down_is_denied_by_name()
    {
        var tree = Tree(shellJob: false, new(100, 100, 1, 100, 100), new(101, 101, 100, 100, 100), new(102, 102, 101, 102, 102), new(103, 103, 100, 102, 102));
        Assert.Contains("process 103 belongs to session 102", Assert.Throws<DeniedException>(() => TreeRelations.Resolve(tree)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Orphans_of_two_parents_with_no_session_of_their_own_are_denied_by_name()
    {
        var tree = Tree(shellJob: false, new(100, 100, 1, 100, 100), new(101, 101, 100, 100, 100), new(102, 102, 101, 66, 66), new(103, 103, 100, 66, 66));
        Assert.Contains("belongs to session 66", Assert.Throws<DeniedException>(() => TreeRelations.Resolve(tree)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_leaders_who_would_have_to_make_each_other_are_denied_by_name()
    {
        var tree = Tree(shellJob: false, new(100, 100, 1, 100, 100), new(101, 101, 100, 101, 101), new(102, 102, 100, 102, 102), new(103, 103, 101, 102, 102), new(104, 104, 102, 101, 101));
        Assert.Contains("made before", Assert.Throws<DeniedException>(() => TreeRelations.Resolve(tree)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sibling_with_another_exit_signal_than_its_maker_is_denied_by_name()
    {
        var tree = Tree(shellJob: false, new(100, 100, 1, 100, 100), new(101, 101, 100, 101, 101), new TreeTask(102, 102, 100, 101, 101) { ExitSignal = 0 });
        Assert.Contains("CLONE_PARENT", Assert.Throws<DeniedException>(() => TreeRelations.Resolve(tree)).Message, StringComparison.Ordinal);
    }

    private static void Expect(TreeState tree, params string[] expected)
    {
        var resolved = TreeRelations.Resolve(tree);
        string[] found = [
            .. resolved.All.Where(process => process.Pid != tree.Root || resolved.RootMaker is not null).Select(process => $"{process.Pid} by {process.Maker}"),
            .. resolved.StandIns.Select(leader => $"stand-in {leader.Pid} of {leader.Parent} in {leader.Session}")];
        Assert.Equal(expected, found);
    }

    private static TreeState Tree(bool shellJob, params TreeTask[] tasks) => new(100, shellJob, tasks, []);
}
