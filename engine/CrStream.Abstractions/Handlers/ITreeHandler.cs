namespace CrStream.Abstractions;

/// <summary>
/// Carries kernel objects that belong to the tasks though no descriptor and no mapping leads to them, such as System V
/// semaphores. What it restores is completed inside the tree's first process, see <see cref="RestoredObject.CompleteInside"/>.
/// </summary>
public interface ITreeHandler : IObjectHandler
{
    /// <summary>The objects of the tree; called once, when all files have been collected.</summary>
    /// <exception cref="DeniedException">The tree has one that cannot be carried; the message says why.</exception>
    IEnumerable<KernelObject> Collect(ICollectContext context);
}
