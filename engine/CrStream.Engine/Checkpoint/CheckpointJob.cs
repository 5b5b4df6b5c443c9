using System.Diagnostics;
using CrStream.Abstractions;
using CrStream.Engine.Files;
using CrStream.Engine.Plugins;
using CrStream.Linux.Ptrace;

namespace CrStream.Engine.Checkpoint;

/// <summary>
/// One request on its way through the job graph: its tracer thread, and the frozen tree that must be let go whatever
/// happens. What is known so far travels in the messages; here is only what ends the job.
/// </summary>
internal sealed class CheckpointJob(CheckpointRequest request, CancellationToken cancellation)
{
    private readonly TaskCompletionSource<CheckpointResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stopwatch elapsed = Stopwatch.StartNew();
    private readonly Stopwatch frozen = new();
    private Linux.Acting.FrozenTree? tree;
    private ImageOutput? output;

    public CheckpointRequest Request => request;

    public CancellationToken Cancellation => cancellation;

    /// <summary>The thread that traces the tree.</summary>
    public TracerThread Tracer { get; } = new();

    /// <summary>Ends with the result, or with what went wrong, when the tasks have been let go.</summary>
    public Task<CheckpointResult> Completion => completion.Task;

    /// <summary>The files that were opened to look at; closed when the job ends.</summary>
    public FileCollector? Files { get; set; }

    /// <summary>Where the image goes.</summary>
    public ImageOutput Output => output ?? throw new InvalidOperationException("the output is not open");

    /// <summary>How long it has taken so far.</summary>
    public TimeSpan Elapsed => elapsed.Elapsed;

    /// <summary>How long the tasks stood still.</summary>
    public TimeSpan Frozen => frozen.Elapsed;

    public void Report(string phase, long bytes = 0, long expected = 0) => request.Progress?.Report(new(phase, bytes, expected));

    /// <summary>Opens the stages and the store, while the tasks still run.</summary>
    public async Task OpenOutputAsync(PluginCatalog catalog) => output = await ImageOutput.OpenAsync(request, catalog, cancellation);

    /// <summary>Freezes the tree. Runs on the tracer's thread.</summary>
    public Linux.Acting.FrozenTree Freeze(KernelNotes notes)
    {
        var sleeps = notes.ReadSleeps();
        frozen.Start();
        tree = Linux.Acting.FrozenTree.Freeze(request.Pid, request.Timeout, notes.TaskReader);
        if (sleeps is not null && notes.ReadSleeps() is { } stopped)
        {
            Tasks.InterruptedWaits.Shorten(tree.Processes.SelectMany(process => process.Tasks), sleeps, stopped);
        }

        return tree;
    }

    /// <summary>Lets the tasks go on. Does nothing when they do already.</summary>
    public async Task ThawAsync()
    {
        if (Interlocked.Exchange(ref tree, null) is { } held)
        {
            await Tracer.Run(held.Thaw);
            frozen.Stop();
        }
    }

    /// <summary>Ends the tasks instead.</summary>
    public async Task KillAsync()
    {
        if (Interlocked.Exchange(ref tree, null) is { } held)
        {
            await Tracer.Run(held.Kill);
            frozen.Stop();
        }
    }

    /// <summary>Reports the result, when the store has let go of the image, so that whoever waits for it can open it.</summary>
    public async Task SucceedAsync(CheckpointResult result)
    {
        await CloseAsync();
        completion.TrySetResult(result);
    }

    /// <summary>The one place where failures go: lets the tasks go on, and reports.</summary>
    public async Task FailAsync(Exception failure)
    {
        try
        {
            await ThawAsync();
        }
        catch (Exception thawFailure)
        {
            // The end of the tracer's thread lets go of what is left; the first failure is what is told.
            failure.Data["thaw"] = thawFailure;
        }

        try
        {
            await CloseAsync();
        }
        catch (Exception closeFailure)
        {
            failure.Data["close"] = closeFailure;
        }

        completion.TrySetException(failure is TaskEndedException or KernelException { Error: ErrorNumber.ESRCH }
            ? new CheckpointException($"process {request.Pid}, or one below it, ended during the checkpoint", null, failure)
            : failure);
    }

    private async Task CloseAsync()
    {
        Files?.Dispose();
        Tracer.Dispose();
        if (output is not null)
        {
            await output.DisposeAsync();
        }
    }
}
