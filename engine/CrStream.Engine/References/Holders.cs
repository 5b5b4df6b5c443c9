using CrStream.Abstractions;
using CrStream.Linux.Bpf;
using CrStream.Linux.Proc;

namespace CrStream.Engine.References;

/// <summary>Names who else holds an object, for errors.</summary>
internal static class Holders
{
    private const int MostNamed = 3;

    /// <summary>The processes outside that hold an object, with how; in the order of their ids.</summary>
    public static IReadOnlyList<(int Pid, string How)> Of(Mismatch mismatch, KernelLook all, IReadOnlySet<int> inside, IReadOnlyCollection<KernelFile> own)
    {
        var ours = own.Select(file => (file.Tgid, file.Fd)).ToHashSet();
        return
        [
            .. all.Tasks.Where(task => !inside.Contains(task.Tgid) && mismatch.IsHeldBy(task)).Select(task => (task.Tgid, mismatch.Link is null ? "" : " as its program"))
                .Concat(all.Files.Where(file => !inside.Contains(file.Tgid) && !ours.Contains((file.Tgid, file.Fd)) && mismatch.IsFile(file.File, file.Inode.Address)).Select(file => (file.Tgid, $" as fd {file.Fd}")))
                .Concat(all.Mappings.Where(mapping => !inside.Contains(mapping.Tgid) && mismatch.IsFile(mapping.File, mapping.Inode.Address)).Select(mapping => (mapping.Tgid, $" mapped at 0x{mapping.Start:x}")))
                .Distinct().OrderBy(holder => holder.Tgid),
        ];
    }

    /// <summary>A sentence of them.</summary>
    public static string Name(IReadOnlyList<(int Pid, string How)> holders) =>
        $"also held by {string.Join(", ", holders.Take(MostNamed).Select(holder => $"{Name(holder.Pid)}{holder.How}"))}{(holders.Count > MostNamed ? $" and {holders.Count - MostNamed} more" : "")}";

    /// <summary>A process as errors name it.</summary>
    public static string Name(int pid)
    {
        try
        {
            return $"{pid} ({new ProcTask(pid).Comm()})";
        }
        catch (KernelException gone) when (gone.Error is ErrorNumber.ENOENT or ErrorNumber.ESRCH)
        {
            return $"{pid}";
        }
    }
}
