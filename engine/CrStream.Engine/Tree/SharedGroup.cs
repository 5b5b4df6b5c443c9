using CrStream.Abstractions;

namespace CrStream.Engine.Tree;

/// <summary>
/// Tasks that share a piece, where they are others than the threads of one process: processes that share it, or a thread
/// that has its own.
/// </summary>
/// <param name="Part">The piece.</param>
/// <param name="Tasks">All that have it, in the order of the tree.</param>
internal sealed record SharedGroup(SharedPart Part, IReadOnlyList<int> Tasks)
{
    public Fields ToFields() => new()
    {
        ["part"] = Part.Name,
        ["tasks"] = Value.Array(Tasks.Select(task => (Value)task)),
    };

    public static SharedGroup From(Fields fields) => new(
        SharedPart.All.FirstOrDefault(part => part.Name == fields.Text("part")) ?? throw new FieldException("part", "is nothing that tasks share"),
        [.. fields.Array("tasks").Select(task => (int)task.AsUInt32())]);
}
