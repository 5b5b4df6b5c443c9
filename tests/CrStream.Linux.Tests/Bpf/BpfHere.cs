using CrStream.Linux.Bpf;

namespace CrStream.Linux.Tests.Bpf;

internal static class BpfHere
{
    /// <summary>Whether BPF iterators work here. Where they do not, the answer must be one of the documented ones.</summary>
    public static bool IsPermitted()
    {
        BpfSupport support = BpfProbe.Run();
        if (support.IsPermitted)
            Assert.Null(support.Reason);
        else
            Assert.Matches("CAP_BPF|CONFIG_BPF_SYSCALL|/sys/kernel/btf", support.Reason);

        return support.IsPermitted;
    }
}
