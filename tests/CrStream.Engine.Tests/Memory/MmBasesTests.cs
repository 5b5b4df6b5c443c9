using CrStream.Engine.Memory;
using CrStream.Engine.Tree;
using CrStream.Linux.Proc;
using static CrStream.Engine.Tests.Memory.MmSample;

namespace CrStream.Engine.Tests.Memory;

public sealed class MmBasesTests
{
    private const ulong Present = 1UL << 63;
    private const ulong Exclusive = 1UL << 56;
    private const ulong SamePlace = 500;

    private readonly List<MmNode> nodes = [];
    private readonly List<TreeTask> processes = [];
    private readonly List<SharedGroup> shared = [];
    private readonly Dictionary<MmNode, PageFrames> frames = [];

    [Fact]
    public void A_child_inherits_what_it_still_shares_with_its_parent()
    {
        Add(10, 1, [1, 2, 3, 4, 0, 6]);
        Add(20, 10, [1, 2, 33, 4, 5, 0]);
        Assert.Equal(10, Set()[20]);
        Assert.Equal([Pages(0, 2), Pages(3, 4)], Inherited(20));
        Assert.Same(nodes[0], nodes[1].Base);
        Assert.Contains(nodes[0], nodes[1].References);
        Assert.Empty(Inherited(10));
    }

    [Fact]
    public void Siblings_share_when_their_parent_is_another_program()
    {
        Add(10, 1, [1, 2, 3], vdso: 600);
        Add(20, 10, [4, 5, 6]);
        Add(30, 10, [4, 5, 7]);
        Add(40, 10, [4, 8, 7]);
        var copies = Set();
        Assert.DoesNotContain(20, copies.Keys);
        Assert.Equal(20, copies[30]);
        Assert.Equal(30, copies[40]);
        Assert.Equal([Pages(0, 1), Pages(2, 3)], Inherited(40));
    }

    [Fact]
    public void A_sibling_comes_before_a_parent_that_has_written_a_lot_since()
    {
        Add(10, 1, [1, 92, 93]);
        Add(20, 10, [1, 2, 3]);
        Add(30, 10, [1, 2, 3]);
        var copies = Set();
        Assert.Equal(10, copies[20]);
        Assert.Equal(20, copies[30]);
        Assert.Equal([Pages(0, 3)], Inherited(30));
    }

    [Fact]
    public void A_line_of_siblings_does_not_become_long()
    {
        const int Siblings = 100;
        Add(10, 1, [1000, 2000, 3000]);
        for (var i = 1; i <= Siblings; i++)
        {
            // Each has two pages in common with the one before it, and one with the parent.
            Add(10 + i, 10, [(ulong)i, (ulong)i + 1, 3000]);
        }

        var copies = Set();
        Assert.Equal(Siblings, copies.Count);
        Assert.All(copies.Keys, pid => Assert.InRange(Ancestors(pid), 1, 18));

        int Ancestors(int pid) => copies.TryGetValue(pid, out var from) ? 1 + Ancestors(from) : 0;
    }

    [Fact]
    public void A_grandchild_inherits_from_its_own_parent()
    {
        Add(10, 1, [1, 2, 3]);
        Add(20, 10, [1, 2, 4]);
        Add(30, 20, [1, 2, 4]);
        var copies = Set();
        Assert.Equal((10, 20), (copies[20], copies[30]));
    }

    [Fact]
    public void Nothing_is_shared_that_is_hidden_or_mapped_in_one_place_only()
    {
        Add(10, 1, [1, 2]);
        Add(20, 10, [1 | Exclusive, 0]);
        Assert.Empty(Set());
    }

    [Fact]
    public void A_process_whose_session_a_copy_would_not_have_has_no_base()
    {
        Add(10, 1, [1]);
        Add(20, 10, [1], session: 7);
        Add(30, 10, [1], session: 30);
        Assert.Equal([(30, 10)], Set().Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void Processes_that_share_a_table_across_are_made_as_they_were()
    {
        Add(10, 1, [1]);
        Add(20, 10, [1]);
        Add(30, 20, [1]);
        Add(40, 10, [1]);
        Add(50, 40, [1]);
        shared.Add(new(SharedPart.All[1], [10, 30]));
        shared.Add(new(SharedPart.All[1], [40, 50]));
        Assert.Equal([40], Set().Keys);
    }

    [Fact]
    public void Pages_are_inherited_only_where_the_mappings_can_become_alike()
    {
        Add(10, 1, [1, 2, 3, 4], vmas: [Anonymous(0, 2), Anonymous(2, 4, VmFlags.NoReserve)]);
        Add(20, 10, [1, 2, 3, 4], vmas: [Anonymous(1, 4)]);
        Assert.Equal(10, Set()[20]);
        Assert.Equal([Pages(1, 2)], Inherited(20));
    }

    [Fact]
    public void One_process_alone_is_not_looked_at()
    {
        Add(10, 1, [1]);
        Assert.Empty(MmBases.Set(nodes, Tree(), _ => throw new InvalidOperationException("it was read")));
    }

    [Fact]
    public void Regions_that_begin_and_end_elsewhere_are_compared_by_address()
    {
        var (one, other) = (new PageFrames(), new PageFrames());
        one.Add(0, Entries([1, 2, 3]));
        one.Add(5 * Page, Entries([6, 7]));
        other.Add(Page, Entries([2, 3, 4, 5, 6]));
        other.Add(6 * Page, Entries([7, 8]));
        Assert.Equal([Pages(1, 3), Pages(5, 7)], PageFrames.Shared(one, other));
        Assert.Equal([Pages(1, 3), Pages(5, 7)], PageFrames.Shared(other, one));
    }

    private static PagemapEntry[] Entries(ulong[] frames) => [.. frames.Select(frame => new PagemapEntry(frame == 0 ? 0 : frame | Present))];

    private void Add(int pid, int parent, ulong[] entries, ulong vdso = SamePlace, int session = 10, VmaState[]? vmas = null)
    {
        var node = Node(pid, vdso, vmas ?? [Anonymous(0, (ulong)entries.Length)]);
        nodes.Add(node);
        processes.Add(new(pid, pid, parent, 10, session));
        frames.Add(node, new());
        frames[node].Add(0, Entries(entries));
    }

    private IReadOnlyDictionary<int, int> Set() => MmBases.Set(nodes, Tree(), node => frames[node]);

    private TreeState Tree() => new(10, false, processes, []) { Shared = shared };

    private (ulong Start, ulong End)[] Inherited(int pid) => [.. nodes.Single(node => node.Pid == pid).State.Inherited.Within(0, ulong.MaxValue)];
}
