using CrStream.Abstractions;
using CrStream.Engine.Environment;
using CrStream.Engine.Plugins;

namespace CrStream.Engine.Checkpoint;

/// <summary>
/// Stops all tasks of the tree. When it ends each stands still with its own registers and memory. Whatever can be done
/// before is done before: plugins, BPF programs and the machine's description are loaded, all is rehearsed, and the
/// destination is opened, while the tasks still run.
/// </summary>
internal static class FreezeStep
{
    public static async Task<FrozenJob> RunAsync(CheckpointJob job, PluginCatalog catalog, KernelNotes notes, Rehearsal rehearsal)
    {
        if (job.Request.Pid == System.Environment.ProcessId)
        {
            throw new UsageException("crstream cannot checkpoint itself");
        }

        notes.Load();
        _ = catalog.FileHandlers;
        _ = MachineEnvironment.Current;
        await rehearsal.RunAsync(job.Request);
        await job.OpenOutputAsync(catalog);
        job.Report("freeze");
        return new(job, await job.Tracer.Run(() => job.Freeze(notes)));
    }
}
