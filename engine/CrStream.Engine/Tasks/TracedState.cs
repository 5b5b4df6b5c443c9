using CrStream.Abstractions;
using CrStream.Linux.Ptrace;

namespace CrStream.Engine.Tasks;

/// <summary>How the image tells that another task of the tree traces a task, and where the task stands for it.</summary>
internal static class TracedState
{
    private const int SignalCount = 64;

    private static readonly (TraceStop Stop, string Name)[] Stops =
    [
        (TraceStop.Running, "running"), (TraceStop.Signal, "signal"), (TraceStop.CallEntry, "call-entry"), (TraceStop.CallExit, "call-exit"),
        (TraceStop.Interrupted, "interrupted"), (TraceStop.Group, "group"), (TraceStop.Listening, "listening"),
    ];

    public static Fields ToFields(TraceRelation relation)
    {
        var fields = new Fields
        {
            ["tracer"] = relation.Tracer,
            ["seized"] = relation.Seized,
            ["options"] = relation.Options,
            ["stop"] = Stops.First(entry => entry.Stop == relation.Stop).Name,
            ["signal"] = relation.Signal,
            ["reported"] = relation.Reported,
            ["reports_calls"] = relation.Resume == TraceResume.ToSystemCall,
            ["in_call"] = relation.InCall,
            ["debug_registers"] = Value.Array(relation.DebugRegisters.Select(value => (Value)value)),
        };
        return fields.AddIfAny("siginfo", relation.Siginfo is null ? null : (Value)relation.Siginfo);
    }

    public static TraceRelation From(Fields fields)
    {
        var name = fields.Text("stop");
        var stop = Array.Find(Stops, entry => entry.Name == name) is { Name: not null } known ? known.Stop : throw new FieldException("stop", "is no ptrace-stop that this version knows");
        var info = fields.Find("siginfo") is null ? null : fields.Bytes("siginfo").ToArray();
        if (info?.Length != (stop == TraceStop.Signal ? TracedTask.SiginfoLength : null))
        {
            throw new FieldException("siginfo", "is not what the stop needs");
        }

        var signal = fields.Int32("signal");
        return signal is >= 0 and <= SignalCount && signal > 0 == (stop is TraceStop.Signal or TraceStop.Group or TraceStop.Listening)
            ? new(
                fields.Int32("tracer"), fields.Boolean("seized"), fields.UInt32("options"), stop, signal, info, fields.Boolean("reported"),
                fields.Boolean("reports_calls") ? TraceResume.ToSystemCall : TraceResume.Continue, fields.Boolean("in_call"),
                [.. fields.Array("debug_registers").Select(value => value.AsUInt64())])
            : throw new FieldException("signal", "is not what the stop needs");
    }
}
