using CrStream.Engine.Tree;

namespace CrStream.Engine.Memory;

/// <summary>
/// Finds for each address space the one before it that it shares the most pages with copy-on-write: that of its process's
/// parent or, where that one has executed another program or written a lot since, of a sibling. So a page that relatives
/// share is written once, and is shared again after the restore.
/// </summary>
/// <remarks>
/// Takes time in proportion to the private pages in memory: each address space is read once, and held against three
/// others at most. A tree of one address space costs nothing.
/// </remarks>
internal static class MmBases
{
    /// <summary>
    /// How many copies of copies make a line of siblings. The kernel keeps for each mapping a list of those that it
    /// descends from, which a fork goes through: a line of a thousand takes a million steps.
    /// </summary>
    private const int LongestLine = 16;

    /// <summary>Sets the bases of a tree's address spaces.</summary>
    /// <param name="nodes">The address spaces, those of parents first.</param>
    /// <param name="tree">The processes, and what they share otherwise.</param>
    /// <returns>As whose copy a process begins, by its id.</returns>
    public static IReadOnlyDictionary<int, int> Set(IReadOnlyList<MmNode> nodes, TreeState tree) =>
        Set(nodes, tree, node => PageFrames.Read(node.Tid, node.State.Vmas));

    /// <summary>The same for pages that anybody knows.</summary>
    internal static IReadOnlyDictionary<int, int> Set(IReadOnlyList<MmNode> nodes, TreeState tree, Func<MmNode, PageFrames> read)
    {
        var copies = new Dictionary<int, int>();
        if (nodes.Count < 2)
        {
            return copies;
        }

        var frames = nodes.ToDictionary(node => node, node => new Lazy<PageFrames>(() => read(node)));
        var rules = new CopyRules(tree);
        var listed = tree.Processes.ToDictionary(process => process.Pid);
        var before = new Dictionary<int, MmNode>();
        var lines = new Dictionary<MmNode, int>();
        var children = new Dictionary<int, List<MmNode>>();
        foreach (var node in nodes)
        {
            var process = listed[node.Pid];
            var siblings = children.TryGetValue(process.Parent, out var known) ? known : children[process.Parent] = [];
            MmNode? from = null;
            var pages = InheritedPages.None;
            foreach (var other in Candidates(before.GetValueOrDefault(process.Parent), siblings, sibling => SameImage(node, sibling))
                .Where(other => lines.GetValueOrDefault(other) < LongestLine && SameImage(node, other) && rules.Allow(process, listed[other.Pid])))
            {
                var common = Inherited(node, other, PageFrames.Shared(frames[node].Value, frames[other].Value));
                (from, pages) = common.Bytes > pages.Bytes ? (other, common) : (from, pages);
            }

            if (from is not null)
            {
                node.Inherit(from, pages);
                copies.Add(node.Pid, from.Pid);
                lines[node] = listed[from.Pid].Parent == process.Parent ? lines.GetValueOrDefault(from) + 1 : 0;
            }

            before.Add(node.Pid, node);
            siblings.Add(node);
        }

        return copies;
    }

    /// <summary>The parent, the eldest sibling, and the next elder one, which was forked when the parent's pages were the most alike.</summary>
    private static IEnumerable<MmNode> Candidates(MmNode? parent, List<MmNode> siblings, Predicate<MmNode> isAlike) =>
        new[] { parent, siblings.Find(isAlike), siblings.FindLast(isAlike) }.OfType<MmNode>().Distinct();

    /// <summary>Whether two may have come from one fork: execve(2) gives the kernel's mappings another place, at random.</summary>
    private static bool SameImage(MmNode one, MmNode other) => one.State.KernelMappings.SequenceEqual(other.State.KernelMappings);

    /// <summary>Those of the shared pages that a copy can keep.</summary>
    private static InheritedPages Inherited(MmNode own, MmNode from, IReadOnlyList<(ulong Start, ulong End)> shared)
    {
        var pages = InheritedPages.Of(shared);
        return InheritedPages.Of(InheritedMappings.Common(own.State.Vmas, from.State.Vmas, (vma, other) => own.FileOf(vma) == from.FileOf(other))
            .SelectMany(piece => pages.Within(piece.Start, piece.End)));
    }
}
