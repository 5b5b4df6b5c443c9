using CrStream.Abstractions;

namespace CrStream.Engine.Signals;

/// <summary>The signal actions of a process (<c>struct sighand_struct</c>): those that are not the default.</summary>
/// <param name="Actions">By signal number.</param>
internal sealed record SigHandState(IReadOnlyDictionary<int, SignalAction> Actions)
{
    private const int SIGKILL = 9;
    private const int SIGCHLD = 17;
    private const int SIGSTOP = 19;

    private static readonly int[] Settable = [.. Enumerable.Range(1, Linux.Processes.Signals.Count).Where(signal => signal is not SIGKILL and not SIGSTOP)];

    public Fields ToFields() => new()
    {
        ["actions"] = Value.Array(Actions.OrderBy(pair => pair.Key).Select(pair => new Fields
        {
            ["signal"] = pair.Key,
            ["handler"] = pair.Value.Handler,
            ["flags"] = pair.Value.Flags,
            ["restorer"] = pair.Value.Restorer,
            ["mask"] = pair.Value.Mask,
        })),
    };

    public static SigHandState From(Fields fields) => new(fields.Maps("actions").ToDictionary(
        action => action.Int32("signal") is > 0 and <= Linux.Processes.Signals.Count and var signal ? signal : throw new FieldException("signal", "is no signal number"),
        action => new SignalAction(action.UInt64("handler"), action.UInt64("flags"), action.UInt64("restorer"), action.UInt64("mask"))));

    /// <summary>Reads the actions from inside a task.</summary>
    public static SigHandState Collect(ITask task)
    {
        var program = new SyscallProgram();
        var buffers = Settable.Select(signal =>
        {
            var buffer = program.Reserve(SignalAction.Length);
            program.Call(SystemCall.rt_sigaction, signal, 0, buffer, sizeof(ulong));
            return buffer;
        }).ToArray();
        var outcome = task.Run(program);
        return new(Settable.Zip(buffers).Select(pair => (Signal: pair.First, Action: SignalAction.Read(outcome[pair.Second])))
            .Where(pair => !pair.Action.IsDefault).ToDictionary(pair => pair.Signal, pair => pair.Action));
    }

    /// <summary>Whoever makes zombies is told of each; to set the default takes that back, in this process only.</summary>
    public static void AppendDropChildSignals(SyscallProgram program) =>
        program.Call(SystemCall.rt_sigaction, SIGCHLD, program.Reserve(SignalAction.Length), 0, sizeof(ulong));

    /// <summary>Sets the actions inside a task, also those that are the default: a new task has its maker's.</summary>
    public void AppendTo(SyscallProgram program)
    {
        foreach (var signal in Settable)
        {
            var action = Actions.GetValueOrDefault(signal);
            program.Call(SystemCall.rt_sigaction, signal, program.Store64(action.Handler, action.Flags, action.Restorer, action.Mask), 0, sizeof(ulong));
        }
    }
}
