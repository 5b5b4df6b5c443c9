namespace CrStream.Abstractions;

/// <summary>
/// An object that a handler made again: it holds what this process needs of it, mostly a descriptor. Disposed of when
/// the restore ends, in success and in failure; the tasks have their own descriptors by then.
/// </summary>
public abstract class RestoredObject : IDisposable
{
    /// <summary>How errors name it.</summary>
    public abstract string Description { get; }

    /// <summary>Takes bytes of the object's contents, as its handler wrote them.</summary>
    /// <exception cref="RestoreException">The object has no such contents.</exception>
    public virtual void WriteData(ulong offset, ReadOnlySpan<byte> bytes) =>
        throw new RestoreException($"{Description} takes no data, but the image has some for it");

    /// <summary>Takes whole pages of the object's contents.</summary>
    /// <exception cref="RestoreException">The object has no pages.</exception>
    public virtual void WritePages(ulong address, ReadOnlySpan<byte> pages) =>
        throw new RestoreException($"{Description} has no pages, but the image has some for it");

    /// <summary>
    /// Whether its files can be opened only when all processes exist, as those that name a process. A missing file is
    /// then found out late, so this is for nothing else.
    /// </summary>
    public virtual bool OpensLate => false;

    /// <summary>
    /// Maps the file in a task, where mmap(2) is not the way. The addresses are free. False, and nothing done, where it is.
    /// </summary>
    public virtual bool Map(ITask task, NewMapping mapping) => false;

    /// <summary>
    /// Called once, inside the first process that has a descriptor leading to the object, for what depends on the task
    /// that does it. Objects that others point to come first. The image is verified.
    /// </summary>
    public virtual void CompleteInside(INewTask task)
    {
    }

    /// <summary>Called when all objects are in and all tasks exist, stopped, before any runs.</summary>
    public virtual ValueTask CompleteAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what this process held of the object.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
