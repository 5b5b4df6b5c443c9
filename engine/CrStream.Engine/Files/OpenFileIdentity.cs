using CrStream.Engine.References;
using CrStream.Linux.Acting;
using CrStream.Linux.Bpf;
using CrStream.Linux.Kcmp;

namespace CrStream.Engine.Files;

/// <summary>
/// Tells which descriptors lead to the same open file description: dictionaries in which those are one key. The kernel's
/// own addresses say it at once where BPF shows them; kcmp(2) gives an order, in which a key is found by a few comparisons.
/// </summary>
internal static class OpenFileIdentity
{
    /// <summary>A dictionary for the descriptors of a frozen tree.</summary>
    public static IDictionary<(int Tid, int Fd), T> Dictionary<T>(FrozenTree tree, KernelRecords? records) => records is not null
        ? new Dictionary<(int, int), T>(new ByAddress(KernelLook.Descriptors(records, [.. tree.Processes.Select(process => process.Pid)])))
        : new SortedDictionary<(int, int), T>(new ByComparison());

    private sealed class ByAddress(IReadOnlyList<KernelFile> files) : IEqualityComparer<(int Tid, int Fd)>
    {
        private readonly Dictionary<(int, int), ulong> addresses = files.ToDictionary(file => (file.Tid, file.Fd), file => file.File);

        public bool Equals((int Tid, int Fd) one, (int Tid, int Fd) other) => addresses[one] == addresses[other];

        public int GetHashCode((int Tid, int Fd) descriptor) => addresses[descriptor].GetHashCode();
    }

    private sealed class ByComparison : IComparer<(int Tid, int Fd)>
    {
        public int Compare((int Tid, int Fd) one, (int Tid, int Fd) other) =>
            one == other ? 0 : KernelComparison.CompareFiles(one.Tid, one.Fd, other.Tid, other.Fd);
    }
}
