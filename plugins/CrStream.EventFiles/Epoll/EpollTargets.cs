using System.Globalization;
using CrStream.Abstractions;

namespace CrStream.EventFiles.Epoll;

/// <summary>
/// Finds which open file description each entry watches, by kcmp(2) with KCMP_EPOLL_TFD: the number under which it was
/// added says little, since that may have been closed or used again.
/// </summary>
internal sealed class EpollTargets(OpenFile instance, int descriptor, IReadOnlyList<TreeFile> files, IKernel kernel)
{
    private const int KCMP_EPOLL_TFD = 7;
    private const int ComparisonsAtOnce = 4096;

    /// <summary>The files, in the order of the entries.</summary>
    /// <exception cref="DeniedException">The tree has no descriptor for one of them.</exception>
    internal IReadOnlyList<TreeFile> Find(IReadOnlyList<EpollEntry> entries)
    {
        var byDescriptor = files.SelectMany(file => file.Descriptors.Select(held => (held, file))).ToDictionary(pair => pair.held, pair => pair.file);
        var likely = entries.Select(entry => byDescriptor.GetValueOrDefault((instance.Task.Pid, entry.Number))).ToArray();
        var pairs = entries.Zip(likely).Where(pair => pair.Second is not null).Select(pair => (pair.First, pair.Second!));
        var found = Matches(pairs).ToDictionary(match => match.Entry, match => match.File);
        return [.. entries.Select(entry => found.GetValueOrDefault(entry) ?? Search(entry))];
    }

    private TreeFile Search(EpollEntry entry) =>
        Matches(files.Select(file => (entry, file))).Select(match => match.File).FirstOrDefault() ?? throw new DeniedException(
            string.Create(CultureInfo.InvariantCulture, $"{instance.Where} ({instance.Link}) cannot be carried: it watches a file, added as descriptor {entry.Number}, that no descriptor of the tree leads to"),
            "whoever outside the tree holds that file must close it, or be part of the tree");

    private IEnumerable<(EpollEntry Entry, TreeFile File)> Matches(IEnumerable<(EpollEntry Entry, TreeFile File)> pairs)
    {
        foreach (var some in pairs.Chunk(ComparisonsAtOnce))
        {
            var program = new SyscallProgram();
            var results = some.Select(pair => Compare(program, pair.Entry, pair.File.Descriptors[0])).ToArray();
            var outcome = kernel.Run(program);
            for (var i = 0; i < some.Length; i++)
            {
                if (outcome[results[i]] == 0)
                {
                    yield return some[i];
                }
            }
        }
    }

    private SyscallResult Compare(SyscallProgram program, EpollEntry entry, (int Pid, int Fd) held)
    {
        // struct kcmp_epoll_slot: the instance's descriptor, the number, the order.
        var slot = program.Store64((uint)descriptor | ((ulong)(uint)entry.Number << 32), (uint)entry.Order);
        return program.Try(SystemCall.kcmp, held.Pid, instance.Task.Pid, KCMP_EPOLL_TFD, held.Fd, slot);
    }
}
