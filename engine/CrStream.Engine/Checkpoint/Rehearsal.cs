using CrStream.Abstractions;
using CrStream.Engine.Plugins;
using CrStream.Linux.Acting;
using CrStream.Linux.Processes;

namespace CrStream.Engine.Checkpoint;

/// <summary>
/// A whole checkpoint of a process that nobody minds, a sleeping child of our own, written to nowhere. It comes before
/// the first real one, so that all code is loaded and compiled while the real tasks still run: what runs for the first
/// time takes a hundred times as long as what runs for the second time, and would be most of the time that they stand still.
/// </summary>
/// <remarks>
/// It goes through the very steps of a checkpoint, so it needs no list of what is to be prepared. Its outcome means
/// nothing: where it fails, the real checkpoint is merely slower.
/// </remarks>
internal sealed class Rehearsal(PluginCatalog catalog, KernelNotes notes)
{
    /// <summary>A program that is everywhere, and needs no more than the C library; it ends by itself if this process is killed.</summary>
    private const string Program = "/bin/sleep";

    private const string Nowhere = "/dev/null";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock once = new();
    private Task? rehearsed;

    /// <summary>Rehearses the first request; waits until that is done, whoever began it.</summary>
    public Task RunAsync(CheckpointRequest first)
    {
        lock (once)
        {
            return rehearsed ??= Task.Run(() => RehearseAsync(first));
        }
    }

    private async Task RehearseAsync(CheckpointRequest request)
    {
        if (!File.Exists(Program))
        {
            return;
        }

        var pid = Spawning.Start(Program, "sleep", $"{2 * Patience.TotalSeconds}");
        var job = new CheckpointJob(
            new()
            {
                Pid = pid,
                Destination = Nowhere,
                // A passphrase takes a second on purpose.
                Stages = request.StageSettings.Passphrase is null ? request.Stages : [],
                StageSettings = request.StageSettings,
                Kill = true,
                ShellJob = true,
                Timeout = Patience,
            },
            CancellationToken.None);
        try
        {
            await job.OpenOutputAsync(catalog);
            var tree = new FrozenJob(job, await job.Tracer.Run(() => Furnish(job.Freeze(notes))));
            var graph = await CollectStep.RunAsync(tree, catalog, notes);
            await SerializeStep.RunAsync(await VerifyStep.RunAsync(graph, notes), catalog);
        }
        catch (Exception failure)
        {
            await job.FailAsync(failure);
            _ = job.Completion.Exception;
        }
        finally
        {
            Children.End(pid, Patience);
        }
    }

    /// <summary>Gives it files of its own, in place of those that it has from this process.</summary>
    private static FrozenTree Furnish(FrozenTree tree)
    {
        const int AT_FDCWD = -100;
        var program = new SyscallProgram();
        program.Call(SystemCall.close_range, 0, uint.MaxValue, 0);
        program.Call(SystemCall.openat, AT_FDCWD, program.Store(Nowhere), FileFlags.O_RDONLY, 0);
        program.Call(SystemCall.openat, AT_FDCWD, program.Store(Program), FileFlags.O_RDONLY, 0);
        program.Call(SystemCall.pipe2, program.Reserve(2 * sizeof(int)), 0);
        tree.Processes[0].Leader.Run(program);
        return tree;
    }
}
