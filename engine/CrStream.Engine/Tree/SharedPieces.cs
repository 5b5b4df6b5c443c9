namespace CrStream.Engine.Tree;

/// <summary>What stands for a piece that several tasks may share: the same for all that have it, made with the first one.</summary>
internal sealed class SharedPieces<T>
{
    private readonly Dictionary<(string Part, int Tid), int> owners = [];
    private readonly Dictionary<(string Part, int Owner), T> made = [];

    public SharedPieces(TreeState tree)
    {
        foreach (var task in tree.Tasks)
        {
            foreach (var part in SharedPart.All)
            {
                owners[(part.Name, task.Tid)] = part.IsSharedByThreads ? task.Pid : task.Tid;
            }
        }

        foreach (var group in tree.Shared)
        {
            foreach (var tid in group.Tasks)
            {
                owners[(group.Part.Name, tid)] = group.Tasks[0];
            }
        }
    }

    /// <summary>The first task that has a task's piece.</summary>
    public int OwnerOf(string part, int tid) => owners[(part, tid)];

    /// <summary>What stands for a task's piece.</summary>
    public T Of(string part, int tid, Func<T> make)
    {
        var owner = (part, OwnerOf(part, tid));
        if (!made.TryGetValue(owner, out var known))
        {
            made.Add(owner, known = make());
        }

        return known;
    }
}
