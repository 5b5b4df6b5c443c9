using System.Diagnostics;
using CrStream.Abstractions;
using CrStream.Engine.Files;
using CrStream.Engine.FileSystem;
using CrStream.Engine.Memory;
using CrStream.Engine.Signals;
using CrStream.Engine.Tasks;
using CrStream.Engine.ThreadGroups;
using CrStream.Engine.Tree;
using CrStream.Linux.Acting;
using CrStream.Linux.Proc;
using CrStream.Linux.Processes;
using CrStream.Linux.Ptrace;

namespace CrStream.Engine.Restore;

/// <summary>
/// Builds the process, stopped, on a tracer thread of its own. It dies with this object unless it is let go, and with
/// the restorer, however that ends: no restored task runs before all is in place.
/// </summary>
internal sealed class ProcessBuilder(bool detach, TimeSpan timeout) : IAsyncDisposable
{
    private static readonly TimeSpan PauseBetweenLooks = TimeSpan.FromMilliseconds(5);

    private readonly TracerThread tracer = new();
    private FrozenProcess? process;
    private MmBuilder? mm;
    private RestoredMm? restoredMm;
    private int stoppedBy;
    private bool running;

    /// <summary>The tracer's thread: the parent of a process that is not detached, which must not end before it.</summary>
    public TracerThread Tracer => tracer;

    /// <summary>Runs work on the tracer's thread.</summary>
    public Task RunAsync(Action work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return tracer.Run(work);
    }

    /// <summary>Waits until the ids that the tasks had are free: who had them may still be on its way out.</summary>
    /// <exception cref="RestoreException">One is not, in time; the message names its holder.</exception>
    public async Task RequireFreeIdsAsync(TreeState tree, CancellationToken cancellation)
    {
        var waited = Stopwatch.StartNew();
        foreach (var id in tree.Tasks.Select(task => task.Tid).Append(tree.Root).Distinct())
        {
            while (Directory.Exists($"/proc/{id}"))
            {
                if (waited.Elapsed > timeout)
                {
                    throw new RestoreException(
                        $"the task id {id} that the image needs is taken by {Holder(id)}", "end that process, or restore where the id is free");
                }

                await Task.Delay(PauseBetweenLooks, cancellation);
            }
        }
    }

    /// <summary>Makes the process, and its mappings, empty.</summary>
    public Task CreateAsync(TreeState tree, RestoredMm memory, Func<ulong, RestoredFile> fileOf, CancellationToken cancellation) => RunAsync(
        () =>
        {
            if (process is not null)
            {
                throw new RestoreException("the image has more than one address space, which this version cannot restore");
            }

            var taken = MmBuilder.Ranges(memory.State).ToList();
            var stub = AddressSpacePlan.FindHole((ulong)System.Environment.SystemPageSize, taken);
            taken.Add((stub, stub + (ulong)System.Environment.SystemPageSize));
            var scratch = AddressSpacePlan.FindHole(ProcessBirth.ScratchLength, taken);
            process = ProcessBirth.CreateProcess(tree.Root, stub, scratch, isChild: !detach, timeout);
            mm = new MmBuilder(process, memory.State);
            mm.Clear();
            var mapped = memory.State.Vmas.Where(vma => vma.File != 0).Select(vma => vma.File);
            var descriptors = BorrowedDescriptors.Get(process.Leader, mapped, fileOf);
            mm.Map(file => descriptors[file]);
            BorrowedDescriptors.CloseAll(process.Leader);
            memory.Builder = mm;
            restoredMm = memory;
        },
        cancellation);

    /// <summary>Everything that is left, once the image is verified. The tasks are then as they were, and stopped.</summary>
    public Task CompleteAsync(TreeState tree, IReadOnlyList<TaskPlan> plans, RestoreContext context, CancellationToken cancellation) =>
        RunAsync(() => Complete(tree, plans, context), cancellation);

    /// <summary>Lets all tasks go.</summary>
    public Task ResumeAsync() => tracer.Run(() =>
    {
        process!.Release(stoppedBy, () => running = true);
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (process is not null && !running)
        {
            await tracer.Run(() => Children.End(process.Pid, timeout));
        }

        process?.Memory.Dispose();
        if (!running || detach)
        {
            tracer.Dispose();
        }
    }

    private void Complete(TreeState tree, IReadOnlyList<TaskPlan> plans, RestoreContext context)
    {
        var built = process ?? throw new RestoreException("the image has no address space", "it is no image of crstream's");
        if (plans.Count == 0 || plans[0].State.Tid != tree.Root || !plans.Select(plan => plan.State.Tid).SequenceEqual(tree.Tasks.Select(task => task.Tid)))
        {
            throw new RestoreException("the image's tasks are not those that its tree object lists", "it is no image of crstream's");
        }

        var (leader, first) = (built.Leader, plans[0]);
        var group = context.Get<RestoredRecord<ThreadGroupState>>(first.ThreadGroup).State;
        stoppedBy = group.StoppedBy;
        leader.SignalsToKeepPending = SignalSet(group.PendingSignals.Concat(plans.SelectMany(plan => plan.State.PendingSignals)));

        var executable = BorrowedDescriptors.Get(leader, [restoredMm!.State.Executable], context.Get<RestoredFile>);
        mm!.Complete(executable.Values.Single());
        BorrowedDescriptors.CloseAll(leader);
        SetRelations(leader, tree, context.Get<RestoredRecord<FsState>>(first.Fs).State);
        context.Get<RestoredRecord<DescriptorTable>>(first.Files).State.Install(leader, context.Get<RestoredFile>);

        ProcessBirth.CreateThreads(built, [.. plans.Skip(1).Select(plan => plan.State.Tid)]);

        // Actions come before pending signals: to set the default action for some of them drops what is pending.
        var actions = new SyscallProgram();
        context.Get<RestoredRecord<SigHandState>>(first.SigHand).State.AppendTo(actions);
        leader.Run(actions);
        ThreadGroupRestorer.Restore(built, group);
        var restorer = TaskRestorer.For(leader);
        foreach (var (task, plan) in built.Tasks.Zip(plans).Reverse())
        {
            task.SignalsToKeepPending = leader.SignalsToKeepPending;
            restorer.Require(plan.State);
            restorer.Restore(task, plan.State);
        }

        mm.SetDumpable();
        ThreadGroupRestorer.Complete(built, group);
        context.Get<RestoredRecord<DescriptorTable>>(first.Files).State.SetOwnersAndLocks(leader, context.Get<RestoredFile>);
        foreach (var (task, plan) in built.Tasks.Zip(plans).Reverse())
        {
            TaskRestorer.Finish(task, plan.State);
        }
    }

    private static void SetRelations(FrozenTask leader, TreeState tree, FsState fs)
    {
        var program = new SyscallProgram();
        fs.AppendTo(program);
        var root = tree.Tasks[0];
        if (root.Session == root.Pid)
        {
            program.Call(SystemCall.setsid);
        }
        else if (root.ProcessGroup == root.Pid)
        {
            program.Call(SystemCall.setpgid, 0, 0);
        }

        leader.Run(program);
    }

    private static ulong SignalSet(IEnumerable<byte[]> siginfos) =>
        siginfos.Select(info => BitConverter.ToInt32(info)).Aggregate(0UL, (set, signal) => set | NotificationSignal.Bit(signal));

    private static string Holder(int id)
    {
        try
        {
            var status = new ProcTask(id).Status();
            return status.Tgid == id ? $"process {id} ({status.Name})" : $"a thread of process {status.Tgid} ({status.Name})";
        }
        catch (KernelException)
        {
            return "a task that has just ended";
        }
    }
}
