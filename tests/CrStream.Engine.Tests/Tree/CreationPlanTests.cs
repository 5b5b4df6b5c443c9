using CrStream.Abstractions;
using CrStream.Engine.Tree;
using CrStream.Linux.Processes;

namespace CrStream.Engine.Tests.Tree;

public sealed class CreationPlanTests
{
    private const int Root = 100;

    private static readonly CloneFlags AllOfAThread =
        CloneFlags.CLONE_VM | CloneFlags.CLONE_FILES | CloneFlags.CLONE_FS | CloneFlags.CLONE_SIGHAND | CloneFlags.CLONE_SYSVSEM;

    [Fact]
    public void Processes_that_share_nothing_are_made_by_their_parents_with_no_flags() =>
        Expect(Tree([Process(Root, 1), Process(101, Root), Process(102, 101)]), "make 101 by 100: None", "make 102 by 101: None");

    [Fact]
    public void A_child_is_made_with_the_flags_of_what_it_shares_with_its_parent() => Expect(
        Tree([Process(Root, 1), Process(101, Root)], ("files", [Root, 101]), ("mm", [Root, 101]), ("io", [Root, 101])),
        "make 101 by 100: CLONE_VM, CLONE_FILES, CLONE_IO");

    [Fact]
    public void Siblings_share_what_their_parent_hands_on_and_gives_away() => Expect(
        Tree([Process(Root, 1), Process(101, Root), Process(102, Root), Process(103, Root)], ("files", [101, 103]), ("files", [Root, 102])),
        "make 101 by 100: CLONE_FILES", "make 103 by 100: CLONE_FILES", "unshare 100: CLONE_FILES", "make 102 by 100: CLONE_FILES");

    [Fact]
    public void A_process_between_two_that_share_hands_it_on() => Expect(
        Tree([Process(Root, 1), Process(101, Root), Process(102, 101)], ("fs", [Root, 102])),
        "make 101 by 100: CLONE_FS", "make 102 by 101: CLONE_FS", "unshare 101: CLONE_FS");

    [Fact]
    public void A_thread_with_a_table_of_its_own_is_made_early_and_shares_the_rest()
    {
        var tree = Tree([Process(Root, 1), new(101, Root, 1, Root, Root), new(102, Root, 1, Root, Root)], ("files", [Root, 102]), ("files", [101]));
        Expect(tree, $"thread 101 by 100: {AllOfAThread & ~CloneFlags.CLONE_FILES}");
        Assert.True(CreationPlan.IsMadeEarly(tree, tree.Tasks[1]));
        Assert.False(CreationPlan.IsMadeEarly(tree, tree.Tasks[2]));
    }

    [Fact]
    public void A_child_may_share_with_a_thread_alone() => Expect(
        Tree([Process(Root, 1), new(101, Root, 1, Root, Root), Process(103, Root)], ("files", [Root]), ("files", [101, 103])),
        "make 103 by 100: CLONE_FILES", $"thread 101 by 100: {AllOfAThread}", "unshare 100: CLONE_FILES");

    [Fact]
    public void A_session_is_made_between_the_children_from_before_and_those_from_after() => Expect(
        Tree([new(Root, Root, 1, Root, Root), new(101, 101, Root, 101, 101), new(102, 102, 101, 101, 101), new(103, 103, 101, Root, Root)]),
        "session 100", "make 101 by 100: None", "make 103 by 101: None", "session 101", "make 102 by 101: None");

    [Fact]
    public void A_stand_in_makes_the_session_and_the_siblings_in_it() => Expect(
        TreeRelations.Resolve(Tree([new(Root, Root, 1, Root, Root), new(101, 101, Root, 66, 66), new(102, 102, Root, 66, 66)], ("files", [101, 102]))),
        "session 100", "make 66 by 100: None", "session 66", "make 101 by 66: CLONE_FILES, CLONE_PARENT", "make 102 by 66: CLONE_FILES, CLONE_PARENT", "unshare 66: CLONE_FILES");

    [Fact]
    public void A_zombie_shares_nothing()
    {
        var tree = Tree([Process(Root, 1), Process(101, Root)], ("fs", [Root, 101])) with { Zombies = [new(Process(104, 101), 0)] };
        Expect(tree, "make 101 by 100: CLONE_FS", "make 104 by 101: None");
    }

    [Theory]
    [InlineData("mm", new[] { 101, 102 })] // siblings, not with their parent, who cannot leave an address space
    [InlineData("io", new[] { Root, 103 })] // with a grandchild, past the child
    public void What_cannot_be_handed_on_by_somebody_else_is_denied_by_name(string part, int[] tasks)
    {
        var tree = Tree([Process(Root, 1), Process(101, Root), Process(102, Root), Process(103, 101)], (part, tasks));
        Assert.Contains(part == "mm" ? "address space" : "I/O context", Assert.Throws<DeniedException>(() => CreationPlan.Of(tree)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_comes_from_above_and_one_for_the_children_alone_are_denied() => Assert.Throws<DeniedException>(() => CreationPlan.Of(
        Tree([Process(Root, 1), Process(101, Root), Process(102, 101), Process(103, 101)], ("files", [Root, 101]), ("files", [102, 103]))));

    [Fact]
    public void Children_who_need_two_pieces_at_times_that_never_meet_are_denied() => Assert.Throws<DeniedException>(() => CreationPlan.Of(
        Tree(
            [Process(Root, 1), Process(101, Root), Process(102, Root), Process(103, Root), Process(104, Root)],
            ("files", [101, 102]), ("files", [Root, 103, 104]), ("fs", [103, 104]), ("fs", [Root, 101, 102]))));

    private static void Expect(TreeState tree, params string[] steps) => Assert.Equal(steps, CreationPlan.Of(tree).Select(Show));

    private static string Show(CreationStep step) => step.Act switch
    {
        CreationAct.Process => $"make {step.Task.Tid} by {step.Maker}: {step.Flags}",
        CreationAct.Thread => $"thread {step.Task.Tid} by {step.Maker}: {step.Flags}",
        CreationAct.Unshare => $"unshare {step.Task.Tid}: {step.Flags}",
        _ => $"session {step.Task.Tid}",
    };

    private static TreeTask Process(int pid, int parent) => new(pid, pid, parent, Root, 7);

    private static TreeState Tree(TreeTask[] tasks, params (string Part, int[] Tasks)[] shared) => new(Root, true, tasks, [])
    {
        Shared = [.. shared.Select(group => new SharedGroup(SharedPart.All.Single(part => part.Name == group.Part), group.Tasks))],
    };
}
