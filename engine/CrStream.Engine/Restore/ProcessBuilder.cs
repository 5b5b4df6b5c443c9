using CrStream.Abstractions;
using CrStream.Engine.Files;
using CrStream.Engine.FileSystem;
using CrStream.Engine.Memory;
using CrStream.Engine.Signals;
using CrStream.Engine.Tasks;
using CrStream.Engine.ThreadGroups;
using CrStream.Linux.Acting;

namespace CrStream.Engine.Restore;

/// <summary>Builds one process, stopped, from a stub with the right id and relations. On the tracer's thread.</summary>
/// <param name="process">The stub.</param>
internal sealed class ProcessBuilder(FrozenProcess process)
{
    private MmBuilder? mm;
    private ulong executable;
    private int stoppedBy;

    /// <summary>The process.</summary>
    public FrozenProcess Process => process;

    /// <summary>Makes the mappings of its address space, without their pages.</summary>
    public MmBuilder CreateMappings(MmState state, Func<ulong, RestoredFile> fileOf)
    {
        if (mm is not null)
        {
            throw new RestoreException($"the image has two address spaces for process {process.Pid}", "it is no image of crstream's");
        }

        MoveScratchOutOfTheWay(state);
        mm = new MmBuilder(process, state);
        executable = state.Executable;
        mm.Clear();
        var descriptors = BorrowedDescriptors.Get(process.Leader, state.Vmas.Where(vma => vma.File != 0).Select(vma => vma.File), fileOf);
        mm.Map(file => descriptors[file]);
        BorrowedDescriptors.CloseAll(process.Leader);
        return mm;
    }

    /// <summary>Everything that is left, once the image is verified. The tasks are then as they were, and stopped.</summary>
    /// <param name="plans">The tasks, the leader first.</param>
    /// <param name="context">The restored objects.</param>
    /// <param name="owned">The files whose owners have been set by another process.</param>
    public void Complete(IReadOnlyList<TaskPlan> plans, RestoreContext context, HashSet<ulong> owned)
    {
        var (leader, first) = (process.Leader, plans[0]);
        var memory = mm ?? throw new RestoreException($"the image has no address space for process {process.Pid}", "it is no image of crstream's");
        var group = context.Get<RestoredRecord<ThreadGroupState>>(first.ThreadGroup).State;
        var table = context.Get<RestoredRecord<DescriptorTable>>(first.Files).State;
        stoppedBy = group.StoppedBy;
        leader.SignalsToKeepPending = SignalSet(group.PendingSignals.Concat(plans.SelectMany(plan => plan.State.PendingSignals)));
        var restorer = TaskRestorer.For(leader);
        foreach (var plan in plans)
        {
            restorer.Require(plan.State);
        }

        memory.Complete(BorrowedDescriptors.Get(leader, [executable], context.Get<RestoredFile>)[executable]);
        BorrowedDescriptors.CloseAll(leader);
        table.Install(leader, context.Get<RestoredFile>);
        ProcessBirth.CreateThreads(process, [.. plans.Skip(1).Select(plan => plan.State.Tid)]);

        // Actions come before pending signals: to set the default action for some of them drops what is pending.
        var start = new SyscallProgram();
        context.Get<RestoredRecord<FsState>>(first.Fs).State.AppendTo(start);
        context.Get<RestoredRecord<SigHandState>>(first.SigHand).State.AppendTo(start);
        leader.Run(start);
        ThreadGroupRestorer.Restore(process, group);
        foreach (var (task, plan) in process.Tasks.Zip(plans).Reverse())
        {
            task.SignalsToKeepPending = leader.SignalsToKeepPending;
            restorer.Restore(task, plan.State);
        }

        memory.SetDumpable();
        ThreadGroupRestorer.Complete(process, group);
        table.SetOwnersAndLocks(leader, context.Get<RestoredFile>, owned);
    }

    /// <summary>Gives every task the registers with which it will go on. What the others of the tree need of it is done.</summary>
    public void Finish(IReadOnlyList<TaskPlan> plans)
    {
        foreach (var (task, plan) in process.Tasks.Zip(plans).Reverse())
        {
            TaskRestorer.Finish(task, plan.State);
        }

        process.LeaveScratch();
    }

    /// <summary>Lets it go.</summary>
    public void Release() => process.Release(stoppedBy);

    /// <summary>The scratch of a stub lies where its maker's was: free in that one's address space, maybe not in this one.</summary>
    private void MoveScratchOutOfTheWay(MmState state)
    {
        var taken = MmBuilder.Ranges(state).ToList();
        var end = process.Scratch + ProcessBirth.ScratchLength;
        if (taken.Exists(range => range.Start < end && process.Scratch < range.End))
        {
            taken.AddRange(process.Mappings.Select(mapping => (mapping.Start, mapping.End)));
            process.MoveScratch(AddressSpacePlan.FindHole(ProcessBirth.ScratchLength, taken));
        }
    }

    private static ulong SignalSet(IEnumerable<byte[]> siginfos) =>
        siginfos.Select(info => BitConverter.ToInt32(info)).Aggregate(0UL, (set, signal) => set | NotificationSignal.Bit(signal));
}
