using CrStream.Engine.References;

namespace CrStream.Engine.Checkpoint;

/// <summary>No shared object of the graph is held from outside the tree, but for what the user allowed.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="CountedBy">How references were counted.</param>
/// <param name="Leaks">What is held from outside, and is allowed to be.</param>
internal sealed record VerifiedGraph(ObjectGraph Graph, string CountedBy, IReadOnlyList<Leak> Leaks)
{
    public CheckpointJob Job => Graph.Job;
}
