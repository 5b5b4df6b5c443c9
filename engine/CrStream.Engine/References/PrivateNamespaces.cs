using CrStream.Engine.Checkpoint;
using CrStream.Linux.Proc;

namespace CrStream.Engine.References;

/// <summary>
/// Finds processes outside that live in a namespace which was declared to be private. An open file of a namespace is
/// found as all files are.
/// </summary>
internal static class PrivateNamespaces
{
    private static readonly string[] Kinds = ["cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "time", "time_for_children", "user", "uts"];

    public static IEnumerable<Leak> FindLeaks(ObjectGraph graph)
    {
        var declared = graph.Context.PrivateLinks.Where(link => Kinds.Contains(link.Key.Split(":[")[0])).ToDictionary();
        if (declared.Count == 0)
        {
            return [];
        }

        return OtherProcesses.Except(graph.Pids)
            .SelectMany(pid => Kinds.Select(kind => OtherProcesses.IfVisible(() => ProcFs.ReadLink($"/proc/{pid}/ns/{kind}").ToString())).Distinct().Select(link => (pid, link)))
            .Where(found => found.link is not null && declared.ContainsKey(found.link))
            .GroupBy(found => found.link!, found => (found.pid, ""))
            .Select(found => new Leak(
                LeakKind.Namespace, $"{declared[found.Key]} has references from outside the tree; {Holders.Name([.. found])}", Advice.For(LeakKind.Namespace, [], graph.State.Root)));
    }
}
