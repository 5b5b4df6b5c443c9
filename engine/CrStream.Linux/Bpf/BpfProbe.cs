using CrStream.Abstractions;

namespace CrStream.Linux.Bpf;

/// <summary>Finds out whether BPF iterators work here by loading them: what a kernel and its guards allow cannot be read off.</summary>
public static class BpfProbe
{
    /// <summary>Loads and runs the iterators once.</summary>
    public static BpfSupport Run()
    {
        try
        {
            Btf types = KernelBtf.Read();
            using TaskIterator tasks = TaskIterator.Load(types);
            using OpenFileIterator files = OpenFileIterator.Load(types);
            return new BpfSupport(true, null);
        }
        catch (KernelException error)
        {
            return new BpfSupport(false, error.Error switch
            {
                ErrorNumber.EPERM =>
                    "bpf(2) is not permitted: it needs CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN, in the first user "
                    + "namespace, and a kernel that is not locked down",
                ErrorNumber.ENOSYS => "this kernel has no bpf(2): it was built without CONFIG_BPF_SYSCALL",
                _ => error.Message,
            });
        }
        catch (CheckpointException error)
        {
            return new BpfSupport(false, error.Message);
        }
    }
}
