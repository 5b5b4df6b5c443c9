using CrStream.Abstractions;
using CrStream.Linux.Bpf;
using CrStream.Linux.Kcmp;
using CrStream.Linux.Memory;
using CrStream.Linux.PidFds;

namespace CrStream.Engine;

/// <summary>What only a try tells, since kernels, containers and seccomp filters each have their say: made on this process itself.</summary>
internal static class CallFeatures
{
    /// <summary>Tries all of them.</summary>
    public static IEnumerable<Feature> Examine()
    {
        var self = System.Environment.ProcessId;
        yield return Try("kcmp", () => KernelComparison.Compare(KcmpType.KCMP_VM, self, self), "shared kernel objects cannot be told from others, and no checkpoint can be made");
        yield return Try("process_vm_readv", () => ReadOwnMemory(self), "memory cannot be read in large batches, and no checkpoint can be made");
        yield return Try("pidfd_getfd", () => TakeOwnFile(self), "restored kernel objects cannot be handed from one task to the others");
        yield return PagemapScan(self);
        var bpf = BpfProbe.Run();
        yield return new("BPF iterators", bpf.IsPermitted, bpf.Reason ?? "works", "a timed call that was interrupted begins anew with its full time");
        yield return new(
            "reference counts",
            bpf.IsPermitted,
            bpf.IsPermitted ? "the kernel's own, by BPF iterators (bpf)" : "by a comparison with all other processes (kcmp)",
            "what the kernel alone holds is not seen, such as a file in flight in a socket");
    }

    private static Feature Try(string name, Action attempt, string without)
    {
        try
        {
            attempt();
            return new(name, true, "works", without);
        }
        catch (CrStreamException refused)
        {
            return new(name, false, refused.Message, without);
        }
    }

    private static unsafe void ReadOwnMemory(int self)
    {
        long original = 0;
        Span<byte> copy = stackalloc byte[sizeof(long)];
        new ProcessMemory(self).Read((ulong)&original, copy);
    }

    private static void TakeOwnFile(int self)
    {
        using var process = new PidFd(self);
        using var file = process.GetFile((int)process.Handle.DangerousGetHandle());
    }

    private static Feature PagemapScan(int self)
    {
        var detail = "";
        var found = Try("PAGEMAP_SCAN", () =>
        {
            using var pagemap = new Pagemap(self);
            detail = pagemap.ReadsEntries ? "not in this kernel; it came with 6.7" : "works";
        }, "pages are found through the entries of /proc/PID/pagemap, which is slower");
        return found.Available ? found with { Available = detail == "works", Detail = detail } : found;
    }
}
