using System.Collections.Concurrent;

namespace CrStream.Linux.Ptrace;

/// <summary>
/// The thread that traces one tree. A tracee obeys only the thread that seized it, so all work on the tree is queued
/// here: the thread is a <see cref="TaskScheduler"/>, and dataflow blocks that touch the tree run on it. When it ends,
/// the kernel lets go of every task that is still traced.
/// </summary>
public sealed class TracerThread : TaskScheduler, IDisposable
{
    private readonly BlockingCollection<Task> queue = [];
    private readonly Thread thread;

    /// <summary>Starts the thread.</summary>
    public TracerThread()
    {
        thread = new Thread(Run) { IsBackground = true, Name = "tracer" };
        thread.Start();
    }

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs work on the thread.</summary>
    public Task Run(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    /// <summary>Runs work on the thread and gives its result.</summary>
    public Task<T> Run<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    /// <summary>Ends the thread when the queue is empty, and waits for that.</summary>
    public void Dispose()
    {
        if (queue.IsAddingCompleted)
        {
            return;
        }

        queue.CompleteAdding();
        if (Thread.CurrentThread != thread)
        {
            thread.Join();
            queue.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => queue.Add(task);

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        Thread.CurrentThread == thread && !taskWasPreviouslyQueued && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => queue;

    private void Run()
    {
        foreach (var task in queue.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }
}
