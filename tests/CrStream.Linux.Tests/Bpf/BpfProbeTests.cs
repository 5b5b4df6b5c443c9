using System.Runtime.InteropServices;
using CrStream.Linux.Bpf;

namespace CrStream.Linux.Tests.Bpf;

public sealed unsafe partial class BpfProbeTests
{
    private const uint LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    [Fact]
    public void Here_the_probe_and_the_iterators_say_the_same()
    {
        using KernelRecords? records = KernelRecords.TryLoad(out BpfSupport support);
        Assert.Equal((BpfHere.IsPermitted(), BpfHere.IsPermitted()), (records is not null, support.IsPermitted));
    }

    [Fact]
    public void Without_capabilities_the_probe_names_those_that_are_missing()
    {
        BpfSupport? support = null;
        var thread = new Thread(() =>
        {
            // Capabilities are a thread's own, and this one ends with the test.
            uint[] header = [LINUX_CAPABILITY_VERSION_3, 0];
            uint[] none = new uint[6];
            if (SetCapabilities(header, none) == 0)
                support = BpfProbe.Run();
        });
        thread.Start();
        thread.Join();

        Assert.NotNull(support);
        Assert.False(support.IsPermitted);
        Assert.Matches("CAP_BPF and CAP_PERFMON|CONFIG_BPF_SYSCALL|/sys/kernel/btf", support.Reason);
    }

    [LibraryImport("libc", EntryPoint = "capset")]
    private static partial int SetCapabilities(uint[] header, uint[] data);
}
