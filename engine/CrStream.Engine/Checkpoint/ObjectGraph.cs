using CrStream.Abstractions;
using CrStream.Engine.Files;
using CrStream.Engine.Tree;
using CrStream.Linux.Acting;

namespace CrStream.Engine.Checkpoint;

/// <summary>Every descriptor, mapping and piece of state has been claimed by a handler and stands in a graph.</summary>
/// <param name="Job">The job.</param>
/// <param name="Tree">The frozen processes.</param>
/// <param name="State">The tree object, which comes first in the image.</param>
/// <param name="Roots">The nodes from which all others are reached: objects that no task points to, and the tasks.</param>
/// <param name="Files">The open file descriptions.</param>
/// <param name="Context">What handlers declared to be private.</param>
internal sealed record ObjectGraph(
    CheckpointJob Job, FrozenTree Tree, TreeState State, IReadOnlyList<KernelObject> Roots, FileCollector Files, CollectContext Context)
{
    /// <summary>The processes inside the tree, zombies included.</summary>
    public HashSet<int> Pids => [.. Tree.Processes.Select(process => process.Pid), .. Tree.Zombies.Select(zombie => zombie.Pid)];
}
