using CrStream.Abstractions;
using CrStream.Linux.Acting;
using CrStream.Linux.Acting.Relayed;

namespace CrStream.Engine.Restore;

/// <summary>
/// Gives tracers their tracees, when all tasks exist and have their credentials. From then on a tracee is reached through
/// its tracer, which in the end brings it to the stop in which it was.
/// </summary>
internal static class TraceRestorer
{
    private const int SIGCHLD = 17;

    /// <summary>Hands the traced ones of the tasks over.</summary>
    public static void HandOver(IReadOnlyList<(FrozenTask Task, TaskPlan Plan)> tasks)
    {
        var byId = tasks.ToDictionary(entry => entry.Plan.State.Tid);
        foreach (var (task, plan) in tasks)
        {
            if (plan.State.TracedBy is { } relation)
            {
                var tracer = byId.TryGetValue(relation.Tracer, out var found) && found.Plan.State.TracedBy is null && found.Task.Pid != task.Pid
                    ? found.Task
                    : throw new RestoreException($"task {plan.State.Tid} was traced by task {relation.Tracer}, which the image does not have, or which is traced itself", "it is no image of crstream's");
                TraceHandOver.To(tracer, task, relation);
            }
        }
    }

    /// <summary>Takes back from the tracers what building up their tracees has sent them.</summary>
    /// <param name="tasks">All tasks, the tracees being where they are to be.</param>
    /// <param name="pending">The signals that are to be pending for a task's process.</param>
    public static void Quieten(IReadOnlyList<(FrozenTask Task, TaskPlan Plan)> tasks, Func<TaskPlan, IEnumerable<byte[]>> pending)
    {
        var tracers = tasks.Select(entry => entry.Plan.State.TracedBy?.Tracer).ToHashSet();
        foreach (var (task, plan) in tasks.Where(entry => tracers.Contains(entry.Plan.State.Tid)))
        {
            if (!pending(plan).Any(info => BitConverter.ToInt32(info) == SIGCHLD))
            {
                TraceHandOver.TakeSignalBack(task);
            }
        }
    }
}
