using CrStream.Abstractions;
using CrStream.Engine.Files;
using CrStream.Linux.Proc;

namespace CrStream.Engine.References;

/// <summary>Looks in other processes for objects that handlers declared to be private, by links and inodes.</summary>
/// <param name="links">The links, with what errors call each.</param>
/// <param name="inodes">The inodes, likewise.</param>
/// <param name="files">The tree's files by link.</param>
/// <param name="root">The tree's root.</param>
/// <param name="kernel">Asks for inodes.</param>
internal sealed class PrivateObjectSearch(
    IReadOnlyDictionary<string, string> links, IReadOnlyDictionary<(ulong Device, ulong Inode), string> inodes, ILookup<string, CollectedFile> files, int root, IKernel kernel)
{
    /// <summary>Whether there is nothing to look for.</summary>
    public bool IsEmpty => links.Count == 0 && inodes.Count == 0;

    /// <summary>What a process holds.</summary>
    public IEnumerable<Holding> Of(int pid) => Descriptors(pid).Concat(Mappings(pid));

    private IEnumerable<Holding> Descriptors(int pid)
    {
        foreach (var (fd, link) in OtherProcesses.Descriptors(new(pid)))
        {
            var description = links.GetValueOrDefault(link) ?? (MayBePrivate(link) && InodeOf(pid, fd) is { } inode ? inodes.GetValueOrDefault(inode) : null);
            if (description is not null)
            {
                var kind = LeakKind.OfLink(link);
                yield return new(kind, description, pid, $" as fd {fd}", Advice.For(kind, [.. files[link].SelectMany(file => file.Descriptors)], root));
            }
        }
    }

    private IEnumerable<Holding> Mappings(int pid)
    {
        if (inodes.Count == 0 || pid == System.Environment.ProcessId)
        {
            yield break;
        }

        foreach (var mapping in OtherProcesses.IfVisible(new ProcTask(pid).Maps) ?? [])
        {
            if (mapping.HasFile && inodes.TryGetValue((DeviceNumber(mapping), mapping.Inode), out var description))
            {
                var kind = LeakKind.OfLink(mapping.Path?.ToString() ?? "");
                yield return new(kind, description, pid, $" mapped at 0x{mapping.Start:x}", Advice.For(kind, [], root));
            }
        }
    }

    /// <summary>What has no name has a link that says so; what has one is found under it.</summary>
    private bool MayBePrivate(string link) => inodes.Count > 0 && (link.EndsWith(" (deleted)", StringComparison.Ordinal) || files.Contains(link));

    private (ulong Device, ulong Inode)? InodeOf(int pid, int fd) =>
        OtherProcesses.IfVisible(() => kernel.Status($"/proc/{pid}/fd/{fd}")) is { } status ? (status.Device, status.Inode) : null;

    /// <summary>As stat(2) has it; see makedev(3).</summary>
    private static ulong DeviceNumber(Mapping mapping) =>
        ((ulong)(mapping.DeviceMajor & 0xFFFFF000) << 32) | ((ulong)(mapping.DeviceMajor & 0xFFF) << 8) | ((ulong)(mapping.DeviceMinor & 0xFFFFFF00) << 12) | (mapping.DeviceMinor & 0xFF);
}
