using System.Globalization;
using System.Text;
using CrStream.Linux.Bpf;
using CrStream.Linux.Proc;

namespace CrStream.Engine.References;

/// <summary>What the kernel says of tasks, their descriptors and their mappings at one moment.</summary>
/// <param name="Tasks">The tasks, zombies included.</param>
/// <param name="Files">The descriptors.</param>
/// <param name="Mappings">The mappings of files.</param>
internal sealed record KernelLook(IReadOnlyList<KernelTask> Tasks, IReadOnlyList<KernelFile> Files, IReadOnlyList<KernelMapping> Mappings)
{
    /// <summary>
    /// Looks at some processes. A pass over one process costs as much as a pass over twenty in a row, so many are found
    /// by a pass over all.
    /// </summary>
    public static KernelLook At(KernelRecords records, IReadOnlyCollection<int> pids) => new(
        Read(pids, records.Tasks.ReadTasks, task => task.Tgid),
        Descriptors(records, pids),
        Read(pids, records.Mappings.ReadMappings, mapping => mapping.Tgid));

    /// <summary>Looks at the descriptors only.</summary>
    public static IReadOnlyList<KernelFile> Descriptors(KernelRecords records, IReadOnlyCollection<int> pids) => Read(pids, records.Files.ReadFiles, file => file.Tgid);

    /// <summary>Looks at all processes that can be seen from here.</summary>
    public static KernelLook AtAll(KernelRecords records) => new(records.Tasks.ReadTasks(null), records.Files.ReadFiles(null), records.Mappings.ReadMappings(null));

    private static IReadOnlyList<T> Read<T>(IReadOnlyCollection<int> pids, Func<int?, IReadOnlyList<T>> read, Func<T, int> processOf)
    {
        if (pids.Count * 20 < CountTasks())
        {
            return [.. pids.SelectMany(pid => read(pid))];
        }

        var wanted = pids.ToHashSet();
        return [.. read(null).Where(found => wanted.Contains(processOf(found)))];
    }

    /// <summary>How many tasks there are on this machine: the fourth field of /proc/loadavg, behind its slash (proc_loadavg(5)).</summary>
    private static int CountTasks() => ProcFs.Read("/proc/loadavg", text =>
        int.Parse(Encoding.ASCII.GetString(text).Split(' ')[3].Split('/')[1], NumberStyles.None, CultureInfo.InvariantCulture));
}
