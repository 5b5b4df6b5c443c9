using CrStream.Abstractions;

namespace CrStream.Engine.Tree;

/// <summary>A process that has ended and is still to be waited for.</summary>
/// <param name="Task">Its id and relations.</param>
/// <param name="Status">What waitpid(2) is going to say.</param>
internal sealed record ZombieState(TreeTask Task, int Status)
{
    public Fields ToFields()
    {
        var fields = Task.ToFields();
        fields["status"] = Status;
        return fields;
    }

    public static ZombieState From(Fields fields) => new(TreeTask.From(fields), fields.Int32("status"));
}
