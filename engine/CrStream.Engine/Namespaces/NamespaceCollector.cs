using CrStream.Abstractions;
using CrStream.Engine.Tree;
using CrStream.Linux.Acting;
using CrStream.Linux.Namespaces;
using CrStream.Linux.Proc;
using CrStream.Linux.Processes;

namespace CrStream.Engine.Namespaces;

/// <summary>Collects the uts, ipc and time namespaces that the tree has of its own, each once.</summary>
internal sealed class NamespaceCollector
{
    private readonly Dictionary<string, CoreObject> known = new(StringComparer.Ordinal);

    /// <summary>The links of /proc/PID/ns that nobody outside the tree may have.</summary>
    public IEnumerable<string> Links => known.Keys;

    /// <summary>The namespaces of a process that are not this process's own. Its threads must have the same.</summary>
    /// <exception cref="DeniedException">One cannot be carried.</exception>
    public IReadOnlyList<CoreObject> Collect(FrozenProcess process)
    {
        var all = new List<CoreObject>();
        foreach (var kind in NamespaceState.Kinds)
        {
            var link = Link($"{process.Leader.Proc.Directory}/ns/{kind}");
            foreach (var task in process.Tasks.Where(task => Link($"{task.Proc.Directory}/ns/{kind}") != link || (kind == "time" && Link($"{task.Proc.Directory}/ns/time_for_children") != link)))
            {
                throw new DeniedException(
                    $"task {task.Tid} of process {process.Pid} has another {kind} namespace than its process, or for its children (unshare(2), setns(2)), which cannot be carried yet",
                    "let the program change its namespaces before it makes threads");
            }

            if (link is not null && link != Link($"/proc/self/ns/{kind}"))
            {
                if (!known.TryGetValue(link, out var node))
                {
                    var state = Read(kind, process.Leader);
                    known[link] = node = new CoreObject("namespace", $"the {kind} namespace of process {process.Pid} ({link})", _ => state.ToFields());
                }

                all.Add(node);
            }
        }

        return all;
    }

    private static NamespaceState Read(string kind, FrozenTask task)
    {
        var path = $"{task.Proc.Directory}/ns/{kind}";
        return new(kind, kind switch
        {
            "uts" => NamespaceThread.Enter(path, () => new Dictionary<string, string> { ["hostname"] = Setting("kernel/hostname"), ["domainname"] = Setting("kernel/domainname") }),
            "ipc" => NamespaceThread.Enter(path, () => ReadIpc(task)),
            _ => ReadTime(task),
        });
    }

    private static Dictionary<string, string> ReadIpc(FrozenTask task)
    {
        foreach (var (file, what) in (ReadOnlySpan<(string, string)>)[("shm", "shared memory"), ("sem", "semaphores"), ("msg", "message queues")])
        {
            if (ProcFs.Read($"/proc/sysvipc/{file}", text => text.Count((byte)'\n')) > 1)
            {
                throw new DeniedException($"the ipc namespace of process {task.Pid} has System V {what}, which cannot be carried yet", "let the program remove them before the checkpoint: ipcs lists them");
            }
        }

        return NamespaceThread.MessageQueues() is [var queue, ..]
            ? throw new DeniedException($"the ipc namespace of process {task.Pid} has the POSIX message queue {queue}, which cannot be carried yet", "let the program remove it before the checkpoint")
            : IpcSettings.Names.Where(name => File.Exists($"/proc/sys/{name}")).ToDictionary(name => name, Setting, StringComparer.Ordinal);
    }

    private static Dictionary<string, string> ReadTime(FrozenTask task) => TimeOffsets.Parse(ProcFs.Read($"/proc/{task.Tid}/timens_offsets", text => new KernelText(text).ToString().Replace("\\x0a", "\n", StringComparison.Ordinal)))
        .ToSettings(Clocks.Now(Clocks.CLOCK_MONOTONIC), Clocks.Now(TimeOffsets.CLOCK_BOOTTIME));

    internal static string Setting(string name) => ProcFs.Read($"/proc/sys/{name}", text => System.Text.Encoding.UTF8.GetString(text).TrimEnd('\n'));

    private static string? Link(string path)
    {
        try
        {
            return ProcFs.ReadLink(path).ToString();
        }
        catch (KernelException missing) when (missing.Error == ErrorNumber.ENOENT)
        {
            return null;
        }
    }
}
