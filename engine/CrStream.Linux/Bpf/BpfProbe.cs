namespace CrStream.Linux.Bpf;

/// <summary>Finds out whether BPF iterators work here by loading them.</summary>
public static class BpfProbe
{
    /// <summary>Loads and runs the iterators once.</summary>
    public static BpfSupport Run()
    {
        using KernelRecords? records = KernelRecords.TryLoad(out BpfSupport support);
        return support;
    }
}
