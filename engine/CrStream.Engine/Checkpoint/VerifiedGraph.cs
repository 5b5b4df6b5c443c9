namespace CrStream.Engine.Checkpoint;

/// <summary>No shared object of the graph is held from outside the tree.</summary>
/// <param name="Graph">The graph.</param>
internal sealed record VerifiedGraph(ObjectGraph Graph)
{
    public CheckpointJob Job => Graph.Job;
}
